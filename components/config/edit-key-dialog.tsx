'use client'

import { type ConfigKey, configValueProblem } from '@gearboard/gears/vocabulary/config-keys'
import { plural } from '@gearboard/gears/vocabulary/text'
import { Pencil } from 'lucide-react'
import { useState } from 'react'
import { ConfirmDialog } from '@/components/shared/command/confirm-dialog'
import { CopyAsCli } from '@/components/shared/command/copy-as-cli'
import { ProfilingCost } from '@/components/shared/profiling/profiling-cost'
import { ShardName } from '@/components/shared/text/shard-name'
import { Field, Input } from '@/components/ui/input'
import { useSetConfig } from '@/lib/api/mutations'
import { type ConfigRow, valueText } from '@/lib/model/environment/config-view'
import { visibleText } from '@/lib/model/text/visible-text'
import type { ConfigChange } from './undo-banner'

interface EditKeyDialogProps {
  readonly row: ConfigRow
  readonly blocked: string | undefined
  readonly onClose: () => void
  readonly onChanged: (change: ConfigChange) => void
}

/** Sets a key on every shard. What some shard refused stays in the dialog, in the server's words. */
export function EditKeyDialog({ row, blocked, onClose, onChanged }: EditKeyDialogProps) {
  const { name, key, values, agreed } = row
  const [value, setValue] = useState(agreed === undefined ? '' : valueText(agreed))
  const { mutateAsync } = useSetConfig()
  const problem = key && configValueProblem(key, value)
  const unchanged = agreed !== undefined && valueText(agreed) === value
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Set ${visibleText(name)}`}
      confirmLabel={`Set on ${plural(values.length, 'shard')}`}
      confirmIcon={Pencil}
      disabledReason={blocked ?? problem ?? (unchanged ? 'Every shard already has this value.' : undefined)}
      onConfirm={async ({ confirm }) => {
        await mutateAsync({ key: name, value, userKey: key === undefined, confirm })
        onChanged({ before: row, value })
      }}
    >
      <div className="flex flex-col gap-3">
        {key && <p>{key.meaning}</p>}
        <Field
          label="Value"
          error={value === '' && key?.type !== 'text' ? undefined : problem}
          hint={key && hintOf(key)}
        >
          {(control) => (
            <Input
              {...control}
              mono
              autoFocus
              inputMode={key?.type === 'integer' ? 'numeric' : 'text'}
              value={value}
              onChange={(event) => setValue(event.target.value)}
            />
          )}
        </Field>
        {row.drifts && (
          <div>
            <p>The shards differ now. This sets the same value on all:</p>
            <ul>
              {values.map((each) => (
                <li key={each.shard.key} className="flex gap-2">
                  <ShardName shard={each.shard.key} />
                  <span className="font-mono text-small">
                    {visibleText('value' in each ? valueText(each.value) : each.error)}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        )}
        {name === 'ProfileExecutions' && value !== '0' && <ProfilingCost />}
        <p>Lost on restart; to keep it, pass it as a module argument.</p>
        <div>
          <CopyAsCli size="row" commands={[{ words: ['RG.CONFIGSET', name, value], on: 'every' }]} />
        </div>
      </div>
    </ConfirmDialog>
  )
}

function hintOf({ defaultValue, min, unit, type }: ConfigKey): string {
  return [
    type === 'integer' ? 'A whole number' : 'Text',
    unit === 'ms' && 'in milliseconds',
    min !== undefined && `at least ${min}`,
    defaultValue !== undefined && `default ${defaultValue}`,
  ]
    .filter((part) => part !== false)
    .join(', ')
}
