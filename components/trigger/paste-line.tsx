'use client'

import { ClipboardPaste } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field, Textarea } from '@/components/ui/input'
import { type PastedLine, readPastedLine } from '@/lib/model/trigger/trigger-line'

interface PasteLineProps {
  readonly onRead: (line: Exclude<PastedLine, { readonly error: string }>) => void
}

/** A line as one types it in redis-cli, or a JSON array, split into arguments. What cannot be read stays, with the place marked. */
export function PasteLine({ onRead }: PasteLineProps) {
  const [text, setText] = useState('')
  const [failure, setFailure] = useState<{ readonly error: string; readonly at: number }>()
  const read = () => {
    const line = readPastedLine(text)
    if ('error' in line) {
      setFailure(line)
      return
    }
    onRead(line)
    setText('')
  }
  return (
    <details className="group">
      <summary className="w-fit cursor-pointer text-fg-2 text-small marker:text-fg-3 hover:text-fg">
        Paste a line
      </summary>
      <div className="mt-2 flex flex-col gap-2">
        <Field
          label="Line or JSON array"
          hint={'As in redis-cli: user:1 "two words" "\\xff", with or without RG.TRIGGER before it; or ["a", "b"].'}
          error={failure && `${failure.error} At character ${failure.at + 1}.`}
        >
          {(control) => (
            <Textarea
              {...control}
              mono
              rows={2}
              value={text}
              onChange={(event) => {
                setText(event.target.value)
                setFailure(undefined)
              }}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || event.shiftKey) return
                event.preventDefault()
                read()
              }}
            />
          )}
        </Field>
        {failure && <PlaceInLine text={text} at={failure.at} />}
        <div>
          <Button
            size="row"
            icon={ClipboardPaste}
            onClick={read}
            disabledReason={text.trim() === '' ? 'Paste a line first.' : undefined}
          >
            Split into arguments
          </Button>
        </div>
      </div>
    </details>
  )
}

const AROUND = 30

/** The text around the mistake with a caret under it. */
function PlaceInLine({ text, at }: { readonly text: string; readonly at: number }) {
  const start = Math.max(0, at - AROUND)
  const shown = text.slice(start, at + AROUND).replace(/\s/g, ' ')
  return (
    <pre aria-hidden className="overflow-x-auto font-mono text-failed text-small">
      {shown}
      {'\n'}
      {' '.repeat(at - start)}^
    </pre>
  )
}
