'use client'

import { hasSignedText, type ResultValue } from '@gearboard/gears/vocabulary/value'
import { useMemo } from 'react'
import { LongText } from '@/components/shared/text/bounded-text'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { replyText, treeOf } from '@/lib/model/text/result-tree'
import { ReplyTable } from './reply-table'
import { ReplyTree } from './reply-tree'

const REPLY_FORMS = ['tree', 'table', 'raw'] as const
export type ReplyForm = (typeof REPLY_FORMS)[number]

const FORMS = [
  { value: 'tree', label: 'Tree' },
  { value: 'table', label: 'Table' },
  { value: 'raw', label: 'Raw' },
] as const

interface ReplyFormControlProps {
  readonly value: ReplyForm
  readonly onValueChange: (form: ReplyForm) => void
}

export function ReplyFormControl(props: ReplyFormControlProps) {
  return <SegmentedControl label="Show the reply as" options={FORMS} {...props} />
}

/** Results as tree, table, or as redis-cli prints them. */
export function ReplyView({ results, form }: { readonly results: readonly ResultValue[]; readonly form: ReplyForm }) {
  const signed = useMemo(() => hasSignedText(results), [results])
  return (
    <>
      <Reply results={results} form={form} />
      {signed && (
        <p className="pt-2 text-fg-3 text-small">
          RedisGears sends text that starts with - as an error and drops a leading +. Gearboard restores the -, but a +
          is lost. Use convertToStr=False to keep numbers as numbers.
        </p>
      )}
    </>
  )
}

function Reply({ results, form }: { readonly results: readonly ResultValue[]; readonly form: ReplyForm }) {
  const trees = useMemo(() => (form === 'tree' ? results.map(treeOf) : []), [form, results])
  if (form === 'table') return <ReplyTable results={results} />
  if (form === 'tree') return <ReplyTree items={trees} />
  const text = replyText(results)
  return (
    <pre className="whitespace-pre-wrap font-mono text-small [overflow-wrap:anywhere]">
      <LongText text={text} />
    </pre>
  )
}
