'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { Undo2, X } from 'lucide-react'
import { useContext, useState } from 'react'
import { ConfirmationWord, ConfirmDialog } from '@/components/shared/command/confirm-dialog'
import { Banner } from '@/components/ui/banner'
import { Button, IconButton } from '@/components/ui/button'
import { toast } from '@/components/ui/toaster'
import { type Confirmed, describeError } from '@/lib/api/call'
import { useSetConfig } from '@/lib/api/mutations'
import { type ConfigRow, undoOf, valueText } from '@/lib/model/environment/config-view'
import { visibleText } from '@/lib/model/text/visible-text'

/** A key as it was, and what it was set to. */
export interface ConfigChange {
  readonly before: ConfigRow
  readonly value: string
}

interface UndoBannerProps {
  readonly change: ConfigChange
  readonly blocked: string | undefined
  readonly onClose: () => void
}

/** Says what was set on how many shards, and gives each shard back what it had: at once, or on production after its question. */
export function UndoBanner({ change: { before, value }, blocked, onClose }: UndoBannerProps) {
  const { mutateAsync } = useSetConfig()
  const [working, setWorking] = useState(false)
  const [asking, setAsking] = useState(false)
  const asksFirst = useContext(ConfirmationWord) !== undefined
  const steps = undoOf(before)
  const setBack = async ({ confirm }: Confirmed) => {
    for (const step of steps ?? []) {
      await mutateAsync({ key: before.name, ...step, userKey: before.key === undefined, confirm })
    }
    toast.success(`${before.name} restored`)
    onClose()
  }
  const undo = async () => {
    setWorking(true)
    try {
      await setBack({ confirm: undefined })
    } catch (error) {
      toast.error(`${before.name} was not restored everywhere`, { description: describeError(error) })
    } finally {
      setWorking(false)
    }
  }
  const shards = plural(before.values.length, 'shard')
  const was = new Set(steps?.map((step) => step.value))
  const had = steps
    ? was.size === 1
      ? `It was ${visibleText([...was].join())}.`
      : `It was ${before.values.flatMap((each) => ('value' in each ? visibleText(valueText(each.value)) : [])).join(', ')}, by shard.`
    : 'It had no value before; RedisGears has no command to remove a key.'
  return (
    <Banner
      tone="info"
      title={`${visibleText(before.name)} is now ${visibleText(value)} on ${shards}.`}
      actions={
        <>
          <Button
            icon={Undo2}
            pending={working}
            disabledReason={blocked ?? (steps ? undefined : 'Not every shard reported its previous value.')}
            onClick={asksFirst ? () => setAsking(true) : undo}
          >
            Undo
          </Button>
          <IconButton icon={X} label="Dismiss" onClick={onClose} />
        </>
      }
    >
      {had}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Undo ${visibleText(before.name)}?`}
        confirmLabel={`Restore on ${shards}`}
        confirmIcon={Undo2}
        disabledReason={blocked}
        onConfirm={setBack}
      >
        <p>{had}</p>
      </ConfirmDialog>
    </Banner>
  )
}
