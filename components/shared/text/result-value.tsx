'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import { signedText, type ResultValue as Value } from '@gearboard/gears/vocabulary/value'
import { useState } from 'react'
import { BoundedText } from '@/components/shared/text/bounded-text'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { DRAWN_CHARS } from '@/lib/model/text/visible-text'

/** Items of a list, laid out before one asks for more. */
const LIST_PAGE = 50

interface ResultValueProps {
  readonly value: Value
  readonly className?: string
}

/** A value that a function returned: text as text, never as markup; long ones come in pages. */
export function ResultValue({ value, className }: ResultValueProps) {
  return (
    <div className={cn('min-w-0 font-mono text-small', className)}>
      <Part value={value} />
    </div>
  )
}

function Part({ value }: { readonly value: Value }) {
  if (value === null) return <span className="text-fg-3">nil</span>
  if (typeof value === 'number') return <span className="text-running">{value}</span>
  if (typeof value === 'string') return <Text text={value} />
  if ('error' in value) return <Text text={signedText(value)} />
  if ('status' in value) return <Marked mark="status" text={value.status} />
  if ('base64' in value) return <Marked mark="bytes, base64" text={value.base64} />
  return <List items={value} />
}

function Marked({ mark, text }: { readonly mark: string; readonly text: string }) {
  return (
    <span>
      <Badge className="mr-1.5 font-sans">{mark}</Badge>
      <Text text={text} />
    </span>
  )
}

function Text({ text }: { readonly text: string }) {
  if (text === '') return <span className="text-fg-3">empty string</span>
  return (
    <span className="whitespace-pre-wrap">
      <BoundedText text={text} most={DRAWN_CHARS} />
    </span>
  )
}

function List({ items }: { readonly items: readonly Value[] }) {
  const [shown, setShown] = useState(LIST_PAGE)
  if (items.length === 0) return <span className="text-fg-3">empty list</span>
  return (
    <ol className="border-line border-l pl-2">
      {items.slice(0, shown).map((item, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a reply's items have no identity but their place
        <li key={at} className="flex gap-2">
          <span className="min-w-5 shrink-0 select-none text-right text-fg-3">{at + 1}</span>
          <div className="min-w-0">
            <Part value={item} />
          </div>
        </li>
      ))}
      {items.length > shown && (
        <li>
          <Button size="row" variant="ghost" className="font-sans" onClick={() => setShown(shown + 10 * LIST_PAGE)}>
            {formatCount(items.length - shown)} more
          </Button>
        </li>
      )}
    </ol>
  )
}
