'use client'

import { configKey, sameButForCase, similarConfigKey } from '@gearboard/gears/vocabulary/config-keys'
import type { ConfigValue } from '@gearboard/gears/vocabulary/environment'
import type { ShardAnswer } from '@gearboard/gears/vocabulary/shard'
import { plural } from '@gearboard/gears/vocabulary/text'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { ConfirmDialog } from '@/components/shared/command/confirm-dialog'
import { Field, Input } from '@/components/ui/input'
import { Switch } from '@/components/ui/switch'
import { useSetConfig } from '@/lib/api/mutations'
import { configRow } from '@/lib/model/environment/config-view'
import type { ConfigChange } from './undo-banner'

interface AddKeyDialogProps {
  readonly shards: readonly ShardAnswer<readonly ConfigValue[]>[]
  readonly blocked: string | undefined
  readonly onClose: () => void
  readonly onNamed: (name: string) => void
  readonly onChanged: (change: ConfigChange) => void
}

/**
 * Names a key of the user's own, with a value to store or without one to look it up. A name that looks like a typo needs a confirmation.
 */
export function AddKeyDialog({ shards, blocked, onClose, onNamed, onChanged }: AddKeyDialogProps) {
  const [name, setName] = useState('')
  const [value, setValue] = useState('')
  const [insist, setInsist] = useState(false)
  const { mutateAsync } = useSetConfig()
  const problem = nameProblem(name)
  const similar = problem === undefined ? similarConfigKey(name) : sameButForCase(name)
  const storing = value !== ''
  const reason = problem ?? (similar && !insist ? `Did you mean ${similar.name}? Confirm below.` : undefined)
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Custom key"
      confirmLabel={storing ? `Store on ${plural(shards.length, 'shard')}` : 'Look up'}
      confirmIcon={storing ? Plus : undefined}
      harmless={!storing}
      disabledReason={name === '' ? 'Enter a name first.' : (reason ?? (storing ? blocked : undefined))}
      onConfirm={async ({ confirm }) => {
        if (storing) {
          await mutateAsync({ key: name, value, userKey: true, confirm })
          onChanged({ before: configRow(name, shards), value })
        }
        onNamed(name)
      }}
    >
      <div className="flex flex-col gap-3">
        <p>
          RG.CONFIGSET silently stores any unknown name as a custom key: a misspelt MaxExecutions returns OK and changes
          nothing. Functions read custom keys with configGet.
        </p>
        <Field label="Name" error={name === '' ? undefined : problem} hint="Case-sensitive.">
          {(control) => (
            <Input
              {...control}
              mono
              autoFocus
              value={name}
              onChange={(event) => {
                setName(event.target.value)
                setInsist(false)
              }}
            />
          )}
        </Field>
        {similar && problem === undefined && (
          <div className="flex flex-col gap-2 rounded-control bg-waiting-tint px-3 py-2">
            <p className="font-medium text-waiting">
              The module has no key {name}; {similar.name} is one.
            </p>
            <Switch label={`${name} is a custom key`} checked={insist} onCheckedChange={setInsist} />
          </div>
        )}
        <Field label="Value" hint="Leave empty to look up the current value.">
          {(control) => <Input {...control} mono value={value} onChange={(event) => setValue(event.target.value)} />}
        </Field>
      </div>
    </ConfirmDialog>
  )
}

function nameProblem(name: string): string | undefined {
  if (configKey(name)) return `${name} is a module setting: set it in the list.`
  const meant = sameButForCase(name)
  if (meant) {
    return `The module’s setting is spelt ${meant.name}. RG.CONFIGSET may accept ${name} for it, but RG.CONFIGGET is case-sensitive and finds nothing.`
  }
  if (/[,\s]/.test(name)) return 'Use no commas or spaces.'
  if (name.length > 256) return 'Use at most 256 characters.'
  return undefined
}
