'use client'

import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import { useMemo, useState } from 'react'
import { BulkDialog } from '@/components/shared/bulk/bulk-dialog'
import { LeftOut, SharedIds } from '@/components/shared/bulk/left-out'
import { CopyAsCli } from '@/components/shared/command/copy-as-cli'
import { useRegisterAgain, useSourcesOf } from '@/components/shared/sources/register-again'
import { Switch } from '@/components/ui/switch'
import type { Confirmed } from '@/lib/api/call'
import { useRegistrations, useShards } from '@/lib/api/live'
import { usePauseRegistration, useResumeRegistration, useUnregister } from '@/lib/api/mutations'
import { silenceBlocks } from '@/lib/model/cluster/silence'
import { hasMade, type SourceVersion, sessionOf } from '@/lib/model/record/source'
import { type Reach, reachesOf, standing } from '@/lib/model/registrations/reach'
import type { Registration } from '@/lib/model/registrations/registration'
import { listInWords } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'
import {
  type AskedRegistrationAction,
  REGISTRATION_ACTION_LOOK,
  type RegistrationAction,
  useRegistrationBlocked,
} from './registration-actions'

interface RegistrationActionDialogProps {
  /** Undefined: closed. */
  readonly asked: AskedRegistrationAction | undefined
  readonly onClose: () => void
  readonly onDone?: (kind: RegistrationAction) => void
}

import { useActionBlock } from './use-action-block'

const LISTED = 6

/** Confirms what is done to registrations: how many, on how many shards, and what becomes of what waits there. */
export function RegistrationActionDialog({ asked, ...rest }: RegistrationActionDialogProps) {
  return asked ? <Asking asked={asked} {...rest} /> : null
}

const nameOf = (r: Registration): string => r.name
const reachName = (reach: Reach<Registration>): string => listInWords(reach.map(nameOf), LISTED)
const NONE: readonly Registration[] = []

function Asking({
  asked: { kind, chosen },
  onClose,
  onDone,
}: RegistrationActionDialogProps & { readonly asked: AskedRegistrationAction }) {
  const block = useActionBlock()
  const blocked = useRegistrationBlocked()
  const listed = useRegistrations() ?? NONE
  const shards = useShards()
  const [abortPending, setAbortPending] = useState(false)
  const { mutateAsync: unregister } = useUnregister()
  const { mutateAsync: pause } = usePauseRegistration()
  const { mutateAsync: resume } = useResumeRegistration()
  // As it was asked: what is there now is held against it.
  const [reaches] = useState(() =>
    reachesOf(
      chosen.filter((r) => blocked(kind, r) === undefined),
      listed,
      shards ?? [],
    ),
  )
  const byKey = useMemo(() => new Map(listed.map((r) => [r.key, r])), [listed])
  const { items, lost } = standing(reaches, (key) => byKey.get(key), {
    noun: 'registration',
    nameOf,
    blocked: (r) => blocked(kind, r),
  })
  const all = items.flat()
  const act = (reach: Reach<Registration>, { confirm }: Confirmed) => {
    const seen = { id: reach[0].key, seen: reach.map(({ identity }) => identity), confirm }
    if (kind === 'unregister') return unregister({ ...seen, abortPending })
    return (kind === 'pause' ? pause : resume)(seen)
  }
  const sources = useSourcesOf(kind === 'unregister' ? all : NONE)
  const { again } = useRegisterAgain()
  // Taken when the question is answered: afterwards none of them is listed.
  const undo = sources && sources.length > 0 ? { label: 'Register again', act: () => void again(sources) } : undefined
  const keptBy = silenceBlocks(shards ?? [], 'unregister')
  const up = new Set(shards?.flatMap(({ key, state }) => (state === 'up' ? [key] : [])))
  const chosenKeys = new Set(chosen.map(({ key }) => key))
  const [left] = useState(() => chosen.filter((r) => blocked(kind, r) !== undefined))
  return (
    <BulkDialog
      open
      onOpenChange={(open) => !open && onClose()}
      disabledReason={block(kind)}
      onDone={() => onDone?.(kind)}
      action={{
        ...REGISTRATION_ACTION_LOOK[kind],
        noun: 'registration',
        items,
        nameOf: reachName,
        sizeOf: (reach) => reach.length,
        names: kind === 'unregister',
        undo,
        act,
      }}
    >
      <div className="flex flex-col gap-3">
        <LeftOut reasons={lost} all={items.length === 0} />
        {all.length > 0 && <Effect kind={kind} items={all} sources={sources} />}
        <SharedIds noun="registration" names={all.filter(({ key }) => !chosenKeys.has(key)).map(nameOf)} />
        {left.length > 0 && (
          <p>
            {plural(left.length, 'other')} of the {formatCount(chosen.length)} chosen {left.length === 1 ? 'is' : 'are'}{' '}
            skipped: {reasonsOf(kind, left, blocked).join(' ')}
          </p>
        )}
        <ul className="flex flex-col">
          {all.slice(0, LISTED).map((r) => (
            <li key={r.key} className="flex gap-2">
              <bdi className="min-w-0 truncate font-medium text-fg">{visibleText(r.name)}</bdi>
              <span className="ml-auto shrink-0 text-small">triggered {plural(r.counters.triggered, 'time')}</span>
            </li>
          ))}
          {all.length > LISTED && <li>and {plural(all.length - LISTED, 'other')}</li>}
        </ul>
        {kind === 'unregister' && keptBy !== undefined && <p className="text-fg">{keptBy}</p>}
        {kind === 'unregister' && (
          <Switch
            label="Also abort queued runs"
            hint="runs that have not started yet"
            checked={abortPending}
            onCheckedChange={setAbortPending}
          />
        )}
        <div>
          <CopyAsCli
            size="row"
            commands={items.map(([{ id, perShard }]) => ({
              words: commandOf(kind, id, abortPending),
              // One that has it: the module passes it on to the others.
              on: { shard: (perShard.find(({ shard }) => up.has(shard)) ?? perShard[0])?.shard ?? '' },
            }))}
          />
        </div>
      </div>
    </BulkDialog>
  )
}

interface EffectProps {
  readonly kind: RegistrationAction
  readonly items: readonly Registration[]
  /** Those that made them; undefined where that was not looked up. */
  readonly sources: readonly SourceVersion[] | undefined
}

function Effect({ kind, items, sources }: EffectProps) {
  const listed = useRegistrations() ?? NONE
  const shards = useShards()?.length ?? 1
  const where = shards === 1 ? 'the server' : `all ${shards} shards`
  const perMinute = items.reduce((sum, r) => sum + 60 * (r.rates?.triggered ?? 0), 0)
  const rate = perMinute >= 1 ? ` (now ${plural(Math.round(perMinute), 'time')} a minute)` : ''
  const one = items.length === 1
  switch (kind) {
    case 'unregister':
      return (
        <p>
          {one ? 'It stops' : 'They stop'} firing on {where}
          {rate}. {one ? 'Its' : 'Their'} counters are lost. Running executions finish.{' '}
          {restoring(items, sources, listed)}
        </p>
      )
    case 'pause':
      return (
        <p>
          {one ? 'It stops' : 'They stop'} reading on {where}
          {rate}. New entries wait in the streams, which grow until {one ? 'it is' : 'they are'} resumed. Running
          executions finish; queued ones are dropped and count as aborted, and their entries are read again.
        </p>
      )
    case 'resume':
      return (
        <p>
          {one ? 'It resumes' : 'They resume'} reading on {where}: first the entries that were read but not
          acknowledged, such as a failed batch, then the waiting ones.
        </p>
      )
  }
}

/** How to undo it: the script is needed, which RedisGears does not return. */
function restoring(
  items: readonly Registration[],
  sources: readonly SourceVersion[] | undefined,
  listed: readonly Registration[],
): string {
  const one = items.length === 1
  const known = items.filter((r) => sources?.some((source) => hasMade(source, r))).length
  const sharing = sources?.filter((source) =>
    listed.some(
      ({ key, privateData }) =>
        privateData?.session != null &&
        privateData.session === sessionOf(source) &&
        !items.some((item) => item.key === key),
    ),
  )
  if (known > 0 && sharing && sharing.length > 0)
    return `To restore ${one ? 'it' : 'them'}, upgrade session ${listInWords(
      sharing.map((source) => sessionOf(source) ?? ''),
      LISTED,
    )}, whose other registrations stay: “Register again” opens the editor.`
  if (known === items.length)
    return `Gearboard has ${one ? 'its source' : 'their sources'}: “Register again” restores ${one ? 'it' : 'them'}.`
  if (known > 0)
    return `Gearboard has the source of ${known} of ${items.length}: “Register again” restores ${known === 1 ? 'that one' : 'those'}.`
  return `To restore ${one ? 'it' : 'them'}, re-register the script.`
}

/** Each reason once. */
const reasonsOf = (
  kind: RegistrationAction,
  chosen: readonly Registration[],
  blocked: ReturnType<typeof useRegistrationBlocked>,
): readonly string[] => [...new Set(chosen.flatMap((r) => blocked(kind, r) ?? []))]

function commandOf(kind: RegistrationAction, id: string, abortPending: boolean): readonly string[] {
  switch (kind) {
    case 'pause':
      return ['RG.PAUSEREGISTRATIONS', id]
    case 'resume':
      return ['RG.UNPAUSEREGISTRATIONS', id]
    case 'unregister':
      return ['RG.UNREGISTER', id, ...(abortPending ? ['abortpending'] : [])]
  }
}
