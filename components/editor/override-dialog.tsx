'use client'

import type { ScriptHazard } from '@gearboard/gears/script/hazard'
import { useState } from 'react'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Dialog, DialogClose, DialogContent } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/input'
import type { SubmitOverride } from '@/lib/api/override'

/** What keeps a script from being sent: a hazard in it, or something of the server, which has no line. */
export interface OverridableHazard extends Omit<ScriptHazard, 'name' | 'line'> {
  readonly name: SubmitOverride
  readonly line: number | null
}

interface OverrideDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly hazards: readonly OverridableHazard[]
  /** The run would be profiled. */
  readonly profiled: boolean
  readonly onSend: (override: readonly SubmitOverride[]) => void
}

/** Lets a script through that would harm the server, once each of its hazards is named by hand. */
export function OverrideDialog({ open, onOpenChange, ...content }: OverrideDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      {/* Mounted again for each opening: what was typed does not stand for the next time. */}
      {open && <OverrideContent {...content} />}
    </Dialog>
  )
}

function OverrideContent({ hazards, profiled, onSend }: Omit<OverrideDialogProps, 'open' | 'onOpenChange'>) {
  const [typed, setTyped] = useState<Readonly<Partial<Record<SubmitOverride, string>>>>({})
  const names = [...new Set(hazards.map(({ name }) => name))]
  const missing = names.find((name) => typed[name] !== name)
  return (
    <DialogContent
      title="Send anyway?"
      footer={
        <>
          <DialogClose asChild>
            <Button>Cancel</Button>
          </DialogClose>
          <Button
            variant="danger"
            disabledReason={missing === undefined ? undefined : `Type “${missing}” first.`}
            onClick={() => onSend(names)}
          >
            {profiled ? 'Send profiled' : 'Send script'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {names.map((name) => (
          <div key={name} className="flex flex-col gap-1.5">
            {hazards
              .filter((hazard) => hazard.name === name)
              .map(({ line, message, hint }) => (
                <Banner
                  key={`${line} ${message}`}
                  tone="failed"
                  title={line === null ? message : `Line ${line}: ${message}`}
                >
                  {hint}
                </Banner>
              ))}
            <Field label={`Type “${name}” to override it`}>
              {(control) => (
                <Input
                  {...control}
                  mono
                  value={typed[name] ?? ''}
                  onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
                />
              )}
            </Field>
          </div>
        ))}
        <p className="text-fg-3 text-small">The audit log and this script’s history record what was overridden.</p>
      </div>
    </DialogContent>
  )
}
