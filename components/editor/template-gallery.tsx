'use client'

import { splitWords } from '@gearboard/gears/vocabulary/shell-words'
import { useState } from 'react'
import { CopyAsCli } from '@/components/shared/command/copy-as-cli'
import type { CliCommand } from '@/components/shared/command/use-cli'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { TEMPLATES, type Template } from '@/lib/functions/templates'

interface TemplateGalleryProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly generation: '1.0' | '1.2' | undefined
  readonly onUse: (template: Template) => void
}

const ACTION_WORD = { run: 'runs once', register: 'registers', schedule: 'schedules' } as const

/** Scripts to start from, with what they do and how to see them work. */
export function TemplateGallery({ open, onOpenChange, generation, onUse }: TemplateGalleryProps) {
  const [chosenId, setChosenId] = useState(TEMPLATES[0]?.id)
  const chosen = TEMPLATES.find((template) => template.id === chosenId)
  const tooNew = chosen?.since === '1.2' && generation === '1.0'
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent
        title="Templates"
        description="Each template runs as it is, and opens in a tab of its own."
        className="w-[min(920px,calc(100vw-32px))]"
        footer={
          chosen && (
            <Button
              variant="primary"
              disabledReason={tooNew ? 'This server runs RedisGears 1.0.' : undefined}
              onClick={() => onUse(chosen)}
            >
              Use {chosen.title}
            </Button>
          )
        }
      >
        <div className="grid gap-4 md:grid-cols-[260px_minmax(0,1fr)]">
          <ul className="flex flex-col">
            {TEMPLATES.map((template) => (
              <li key={template.id}>
                <button
                  type="button"
                  aria-pressed={template.id === chosenId}
                  onClick={() => setChosenId(template.id)}
                  className={cn(
                    'flex w-full items-baseline justify-between gap-2 rounded-control px-2.5 py-1.5 text-left hover:bg-hover',
                    template.id === chosenId && 'bg-accent-tint font-semibold hover:bg-accent-tint',
                  )}
                >
                  {template.title}
                  <span className="shrink-0 font-normal text-fg-2 text-small">{ACTION_WORD[template.action]}</span>
                </button>
              </li>
            ))}
          </ul>
          {chosen && <Preview template={chosen} />}
        </div>
      </DialogContent>
    </Dialog>
  )
}

/** Of a line for redis-cli's prompt: where its key lives, if it is not the module's own command. */
function commandOf(line: string): CliCommand {
  const split = splitWords(line)
  const words = 'words' in split ? split.words : [line]
  const [name, key] = words
  const onKey = typeof name === 'string' && !/^RG\./i.test(name) && typeof key === 'string'
  return { words, on: onKey ? { key } : 'any' }
}

function Preview({ template }: { readonly template: Template }) {
  return (
    <section aria-label={template.title} className="flex min-w-0 flex-col gap-3">
      <p>
        {template.summary} {template.since && <Badge>since {template.since}</Badge>}
      </p>
      <pre className="overflow-x-auto rounded-control border border-line bg-surface p-2.5 font-mono text-small">
        {template.script}
      </pre>
      {template.tryIt.length > 0 && (
        <div>
          <p className="mb-1 text-fg-2 text-small">Try it in redis-cli:</p>
          <ul className="flex flex-col gap-1">
            {template.tryIt.map((line) => (
              <li key={line} className="flex items-center gap-1">
                <code className="min-w-0 font-mono text-small [overflow-wrap:anywhere]">{line}</code>
                <CopyAsCli size="row" commands={[commandOf(line)]} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  )
}
