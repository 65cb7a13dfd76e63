'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { useState } from 'react'
import { BulkDialog } from '@/components/shared/bulk/bulk-dialog'
import { LeftOut, SharedIds } from '@/components/shared/bulk/left-out'
import { CopyAsCli } from '@/components/shared/command/copy-as-cli'
import { Id } from '@/components/shared/text/id'
import type { Confirmed } from '@/lib/api/call'
import { useExecutionNow, useLiveExecutions, useShards } from '@/lib/api/live'
import { useAbort, useDrop } from '@/lib/api/mutations'
import { executionBlocked } from '@/lib/model/executions/execution-blocked'
import { endedByItself } from '@/lib/model/executions/execution-view'
import { type Reach, reachesOf, standing } from '@/lib/model/registrations/reach'
import { shortenId } from '@/lib/model/text/format'
import { type Actable, type AskedExecutionAction, EXECUTION_ACTION_LOOK } from './execution-actions'

interface ExecutionActionDialogProps {
  /** Undefined: closed. */
  readonly asked: AskedExecutionAction | undefined
  readonly onClose: () => void
  readonly onDone?: () => void
}

import { useActionBlock } from './use-action-block'

const LISTED = 6

/** Confirms an abort or a drop: how many, on how many shards, and what cannot be undone. */
export function ExecutionActionDialog({ asked, ...rest }: ExecutionActionDialogProps) {
  return asked ? <Asking asked={asked} {...rest} /> : null
}

const nameOf = (e: Actable): string =>
  e.origin.kind === 'unknown' ? shortenId(e.id) : `${shortenId(e.id)} of ${e.origin.name}`
const reachName = ([e]: Reach<Actable>): string => nameOf(e)
const seenOf = (reach: Reach<Actable>): readonly string[] => reach.flatMap(({ identity }) => identity ?? [])

function Asking({
  asked: { kind, chosen },
  onClose,
  onDone,
}: ExecutionActionDialogProps & { readonly asked: AskedExecutionAction }) {
  const block = useActionBlock()
  const shards = useShards()
  const live = useLiveExecutions()
  const now = useExecutionNow()
  const { mutateAsync: abort } = useAbort()
  const { mutateAsync: drop } = useDrop()
  const blocked = executionBlocked[kind]
  const fitting = (e: Actable) => blocked(e) === undefined
  // As it was asked: what is there now is held against it.
  const [reaches] = useState(() =>
    reachesOf<Actable>(
      chosen.filter(fitting),
      kind === 'abort' ? (live?.rows ?? []).filter(fitting) : [],
      shards ?? [],
    ),
  )
  const { items, lost } = standing(reaches, now, { noun: 'execution', nameOf, blocked })
  const all = items.flat()
  const act = async (reach: Reach<Actable>, { confirm }: Confirmed) => {
    const input = { id: reach[0].key, seen: seenOf(reach), confirm }
    if (kind === 'drop') {
      await drop(input)
      return
    }
    const { reached } = await abort(input)
    const otherwise = endedByItself(reached)
    if (otherwise !== undefined) throw new Error(otherwise)
  }
  const aborts = kind === 'abort'
  const left = chosen.filter((e) => !fitting(e)).length
  const where = everyShard(shards?.length ?? 1)
  const chosenKeys = new Set(chosen.map(({ key }) => key))
  return (
    <BulkDialog
      action={{
        ...EXECUTION_ACTION_LOOK[kind],
        noun: 'execution',
        danger: true,
        items,
        nameOf: reachName,
        sizeOf: (reach) => reach.length,
        act,
      }}
      open
      onOpenChange={(open) => !open && onClose()}
      disabledReason={block(kind)}
      onDone={onDone}
    >
      <div className="flex flex-col gap-2">
        <LeftOut reasons={lost} all={items.length === 0} />
        {all.length > 0 && (
          <p>
            {aborts
              ? `${all.length === 1 ? 'It' : 'Each'} is stopped on ${where}. Results so far are kept; Python code stops at its next instruction.`
              : `${all.length === 1 ? 'It' : 'Each'} is permanently removed from ${where} with its results and errors. Gearboard keeps its history.`}
          </p>
        )}
        <SharedIds noun="execution" names={all.filter(({ key }) => !chosenKeys.has(key)).map(nameOf)} />
        {left > 0 && (
          <p>
            {plural(left, 'other')} of the {chosen.length} chosen {left === 1 ? 'is' : 'are'} skipped:{' '}
            {aborts ? 'already finished.' : 'not finished, or no longer on the server.'}
          </p>
        )}
        <ul className="flex flex-wrap gap-x-3">
          {all.slice(0, LISTED).map((item) => (
            <li key={item.key}>
              <Id id={item.id} />
            </li>
          ))}
          {all.length > LISTED && <li className="text-fg-3">and {plural(all.length - LISTED, 'other')}</li>}
        </ul>
        <div>
          <CopyAsCli
            size="row"
            commands={items.map(([{ id, shard }]) => ({
              words: [aborts ? 'RG.ABORTEXECUTION' : 'RG.DROPEXECUTION', id],
              on: { shard },
            }))}
          />
        </div>
      </div>
    </BulkDialog>
  )
}

const everyShard = (n: number): string => (n === 1 ? 'the server' : `all ${n} shards`)
