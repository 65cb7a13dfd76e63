'use client'

import type { ShardAnswer, ShardRef } from '@gearboard/gears/vocabulary/shard'
import { cutEnd, plural } from '@gearboard/gears/vocabulary/text'
import { useQuery } from '@tanstack/react-query'
import { Download, RefreshCw, RotateCcw, Timer } from 'lucide-react'
import { parseAsString, useQueryState } from 'nuqs'
import { useMemo, useState } from 'react'
import { callTree, collapsedStacks } from '@/components/profiler/call-tree'
import { isEmptyProfile, parsePstats } from '@/components/profiler/pstats'
import { ConfirmDialog } from '@/components/shared/command/confirm-dialog'
import { CopyAsCli } from '@/components/shared/command/copy-as-cli'
import { useWriteBlock } from '@/components/shared/command/write-block'
import { download } from '@/components/shared/page/download'
import { LongText } from '@/components/shared/text/bounded-text'
import { ErrorText } from '@/components/shared/text/error-text'
import { useShardMarks } from '@/components/shared/text/shard-name'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { Select } from '@/components/ui/select'
import { Skeleton } from '@/components/ui/skeleton'
import { describeError } from '@/lib/api/call'
import type { SessionProfile } from '@/lib/api/contract/profile'
import { useConnectionName } from '@/lib/api/live'
import { useResetProfile } from '@/lib/api/mutations'
import { endpointQuery } from '@/lib/api/query'
import { sessionRows } from '@/lib/model/environment/environment-view'
import { descriptionInWords } from '@/lib/model/registrations/description'
import { shortenId } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'
import { PythonProfile } from './python-profile'

/** RG.PYPROFILE of one session, shard by shard. */
export function SessionPanel({ on }: { readonly on: boolean }) {
  const connection = useConnectionName()
  const { data, error } = useQuery(endpointQuery('sessions', { connection }))
  const sessions = useMemo(() => (data ? sessionRows(data.shards).filter(({ state }) => state !== 'dead') : []), [data])
  const [wanted, setWanted] = useQueryState('session', parseAsString)
  const [shard, setShard] = useQueryState('shard', parseAsString)
  const everywhere = sessions.find(({ state, missingOn }) => state === 'linked' && missingOn.length === 0)
  const id = wanted ?? (everywhere ?? sessions[0])?.name ?? ''
  const known = sessions.some(({ name }) => name === id)
  const profile = useQuery({ ...endpointQuery('sessionProfile', { connection, id }), enabled: id !== '' })
  const answers = profile.data?.shards ?? []
  const answer = answers.find((each) => each.shard.key === shard) ?? answers[0]
  const text = answer && 'value' in answer ? answer.value.text : undefined
  const [resetting, setResetting] = useState(false)
  const blocked = useWriteBlock()
  const { mutateAsync: reset } = useResetProfile()
  const options = [...sessions, ...(known || id === '' ? [] : [{ name: id, description: null, on: [], missingOn: [] }])]
  return (
    <Panel
      title="Python profile"
      note="RG.PYPROFILE"
      actions={
        id !== '' && (
          <div className="flex flex-wrap items-center gap-2 py-1">
            <Select
              label="Session"
              value={id}
              options={options.map(({ name, description, on, missingOn }) => ({
                value: name,
                label: `${visibleText(cutEnd(description === null ? shortenId(name) : descriptionInWords(description), 80))}${missingOn.length > 0 ? ` (on ${on.length} of ${plural(on.length + missingOn.length, 'shard')})` : ''}`,
              }))}
              onValueChange={(next) => void setWanted(next)}
              className="max-w-72"
            />
            {answers.length > 1 && answer && (
              <ShardChoice shards={answers.map((each) => each.shard)} value={answer.shard.key} onChange={setShard} />
            )}
            <Button icon={RefreshCw} pending={profile.isFetching} onClick={() => void profile.refetch()}>
              Refresh
            </Button>
            <Button icon={RotateCcw} disabledReason={blocked} onClick={() => setResetting(true)}>
              Reset
            </Button>
            {text !== undefined && <Downloads id={id} text={text} />}
            <CopyAsCli commands={[{ words: ['RG.PYPROFILE', 'STATS', id], on: 'every' }]} />
          </div>
        )
      }
    >
      {id === '' && error ? (
        <p className="px-3 py-3 text-failed">{describeError(error)}</p>
      ) : id === '' && !data ? (
        <Skeleton className="m-3 h-48" />
      ) : id === '' ? (
        <EmptyState icon={Timer} title="No sessions">
          cProfile collects per session, and RedisGears lists only sessions with registrations.
        </EmptyState>
      ) : profile.error ? (
        <p className="px-3 py-3 text-failed">{describeError(profile.error)}</p>
      ) : answer ? (
        <ShardProfile answer={answer} on={on} />
      ) : (
        <Skeleton className="m-3 h-48" />
      )}
      <ConfirmDialog
        open={resetting}
        onOpenChange={setResetting}
        title="Reset the profile of this session?"
        confirmLabel={`Reset on ${plural(answers.length, 'shard')}`}
        confirmIcon={RotateCcw}
        danger
        disabledReason={blocked}
        onConfirm={({ confirm }) => reset({ id, confirm })}
      >
        Discards what cProfile collected for {visibleText(shortenId(id))} on every shard. Collection continues while
        ProfileExecutions is on.
      </ConfirmDialog>
    </Panel>
  )
}

/** More names than this take a line of their own. */
const MOST_SIDE_BY_SIDE = 4

interface ShardChoiceProps {
  readonly shards: readonly ShardRef[]
  readonly value: string
  readonly onChange: (shard: string) => void
}

function ShardChoice({ shards, value, onChange }: ShardChoiceProps) {
  const marks = useShardMarks()
  const options = shards.map(({ key, address }) => ({
    value: key,
    label: marks.find((mark) => mark.key === key)?.name ?? address,
  }))
  const Choice = shards.length > MOST_SIDE_BY_SIDE ? Select : SegmentedControl
  return <Choice label="Shard" value={value} options={options} onValueChange={onChange} />
}

function ShardProfile({ answer, on }: { readonly answer: ShardAnswer<SessionProfile>; readonly on: boolean }) {
  const text = 'value' in answer ? answer.value.text : undefined
  const stats = useMemo(() => (text === undefined ? undefined : parsePstats(text)), [text])
  if ('error' in answer) {
    if (isEmptyProfile(answer.error.message)) {
      return (
        <EmptyState icon={Timer} title={`No data on ${answer.shard.address}`}>
          {on
            ? 'ProfileExecutions is on: run the functions of this session there, then refresh.'
            : 'cProfile runs only while ProfileExecutions is on: turn it on at the top of the page, run the functions of this session, then refresh.'}
        </EmptyState>
      )
    }
    return (
      <div className="px-3 py-3">
        <ErrorText text={answer.error.message} open />
      </div>
    )
  }
  if (!stats) {
    return (
      <pre className="max-h-96 overflow-auto px-3 py-2 font-mono text-small">
        <LongText text={answer.value.text} />
      </pre>
    )
  }
  return <PythonProfile stats={stats} cut={answer.value.cut || stats.cut} />
}

function Downloads({ id, text }: { readonly id: string; readonly text: string }) {
  const stacks = useMemo(() => {
    const stats = parsePstats(text)
    return stats ? collapsedStacks(callTree(stats)) : ''
  }, [text])
  return (
    <>
      <Button icon={Download} onClick={() => download(`profile-${shortenId(id)}`, 'txt', text)}>
        Text
      </Button>
      <Button
        icon={Download}
        disabledReason={stacks === '' ? 'No caller data, or every call took less than 0.5 ms.' : undefined}
        onClick={() => download(`stacks-${shortenId(id)}`, 'txt', stacks)}
      >
        Collapsed stacks
      </Button>
    </>
  )
}
