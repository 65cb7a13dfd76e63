'use client'

import { useState } from 'react'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Dialog, DialogClose, DialogContent } from '@/components/ui/dialog'
import { Field, Input } from '@/components/ui/input'
import type { Finding } from '@/lib/model/python/finding'

const WORDS = 'crash the shard'

interface OverrideDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly findings: readonly Finding[]
  readonly onSend: () => void
}

/** Lets a script through that Gearboard believes to crash the server, when one types that it may. */
export function OverrideDialog({ open, onOpenChange, findings, onSend }: OverrideDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      {/* Mounted anew for each opening: what was typed does not stand for the next time. */}
      {open && <OverrideContent findings={findings} onSend={onSend} />}
    </Dialog>
  )
}

function OverrideContent({ findings, onSend }: Pick<OverrideDialogProps, 'findings' | 'onSend'>) {
  const [typed, setTyped] = useState('')
  return (
    <DialogContent
      title="Send it all the same?"
      footer={
        <>
          <DialogClose asChild>
            <Button>Cancel</Button>
          </DialogClose>
          <Button
            variant="danger"
            disabledReason={typed === WORDS ? undefined : `Type “${WORDS}” first.`}
            onClick={onSend}
          >
            Send it
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {findings.map((finding) => (
          <Banner key={finding.from} tone="failed" title={finding.message}>
            {finding.hint}
          </Banner>
        ))}
        <Field label={`Type “${WORDS}” to send it`}>
          {(control) => <Input {...control} value={typed} onChange={(event) => setTyped(event.target.value)} />}
        </Field>
      </div>
    </DialogContent>
  )
}
