'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { ChevronDown, Timer, TimerOff } from 'lucide-react'
import { useState } from 'react'
import { ConfirmDialog } from '@/components/shared/command/confirm-dialog'
import { useWriteBlock } from '@/components/shared/command/write-block'
import { ProfilingCost } from '@/components/shared/profiling/profiling-cost'
import { StateWord } from '@/components/shared/text/outcome'
import { ShardName } from '@/components/shared/text/shard-name'
import { Button } from '@/components/ui/button'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { Popover, PopoverContent, PopoverTrigger } from '@/components/ui/popover'
import { Skeleton } from '@/components/ui/skeleton'
import { toast } from '@/components/ui/toaster'
import { useSetConfig } from '@/lib/api/mutations'
import { type ConfigRow, profilingOf, type ShardValue } from '@/lib/model/environment/config-view'
import { visibleText } from '@/lib/model/text/visible-text'

interface ProfilingRequest {
  readonly on: boolean
  /** Absent: every shard. */
  readonly shard?: string
}

/** ProfileExecutions in one line: on all shards together, and one by one on request. */
export function ProfilingSwitch({ row }: { readonly row: ConfigRow | undefined }) {
  const blocked = useWriteBlock('admin')
  const [asked, setAsked] = useState<ProfilingRequest>()
  const { mutateAsync } = useSetConfig()
  if (!row) return <Skeleton className="h-7 w-56 max-md:h-9" />
  const { values } = row
  const on = values.filter((each) => profilingOf(each) === true).length
  const count = asked?.shard === undefined ? values.length : 1
  const effect = asked && `Turn profiling ${asked.on ? 'on' : 'off'} on ${plural(count, 'shard')}`
  return (
    <>
      {values.length > 1 && (
        <Popover>
          <PopoverTrigger asChild>
            <Button variant="ghost" icon={ChevronDown}>
              Profiling on {on} of {plural(values.length, 'shard')}
            </Button>
          </PopoverTrigger>
          <PopoverContent align="end" aria-label="Profiling on each shard" className="p-0">
            <PlainTable
              label="Profiling on each shard"
              rows={values}
              columns={columnsOf(blocked, setAsked)}
              rowKey={({ shard }) => shard.key}
            />
          </PopoverContent>
        </Popover>
      )}
      {on < values.length && (
        <Button icon={Timer} disabledReason={blocked} onClick={() => setAsked({ on: true })}>
          Turn on everywhere
        </Button>
      )}
      {on > 0 && (
        <Button icon={TimerOff} disabledReason={blocked} onClick={() => setAsked({ on: false })}>
          Turn off everywhere
        </Button>
      )}
      <ConfirmDialog
        open={asked !== undefined}
        onOpenChange={(open) => !open && setAsked(undefined)}
        title={`${effect}?`}
        confirmLabel={effect ?? ''}
        confirmIcon={asked?.on ? Timer : TimerOff}
        disabledReason={blocked}
        onConfirm={async ({ confirm }) => {
          if (!asked) return
          await mutateAsync({ key: row.name, value: asked.on ? '1' : '0', shard: asked.shard, confirm })
          toast.success(`ProfileExecutions is ${asked.on ? 'on' : 'off'} for ${plural(count, 'shard')}`)
        }}
      >
        {asked?.on ? <ProfilingCost /> : <p>New executions are not timed. Collected data is kept until reset.</p>}
      </ConfirmDialog>
    </>
  )
}

const columnsOf = (
  blocked: string | undefined,
  ask: (request: ProfilingRequest) => void,
): readonly PlainColumn<ShardValue>[] => [
  { id: 'shard', header: 'Shard', cell: ({ shard }) => <ShardName shard={shard.key} swatch /> },
  { id: 'state', header: 'ProfileExecutions', cell: (each) => <SwitchState each={each} /> },
  {
    id: 'act',
    header: <span className="sr-only">Actions</span>,
    align: 'right',
    cell: (each) => {
      const on = profilingOf(each) === true
      return (
        <Button
          size="row"
          aria-label={`Turn ${on ? 'off' : 'on'} on ${each.shard.address}`}
          disabledReason={blocked ?? ('error' in each ? 'Its value is unknown.' : undefined)}
          onClick={() => ask({ on: !on, shard: each.shard.key })}
        >
          Turn {on ? 'off' : 'on'}
        </Button>
      )
    },
  },
]

function SwitchState({ each }: { readonly each: ShardValue }) {
  if ('error' in each) return <span className="text-small text-unknown">{visibleText(each.error)}</span>
  return profilingOf(each) ? (
    <StateWord look={{ icon: Timer, tone: 'running', word: 'on' }} />
  ) : (
    <StateWord look={{ icon: TimerOff, tone: 'unknown', word: 'off' }} />
  )
}
