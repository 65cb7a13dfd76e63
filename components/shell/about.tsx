'use client'

import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { LOADING } from '@/components/shared/text/words'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { describeError } from '@/lib/api/call'
import { useConnectionName, useConnectionState } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { visibleText } from '@/lib/model/text/visible-text'
import { gearsInWords } from './versions'

interface AboutProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

/** Versions, documentation, licence, and what is new. */
export function About({ open, onOpenChange }: AboutProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent title="About Gearboard">
        <div className="flex flex-col gap-4">
          <Versions />
          <Part name="Documentation">
            <p>
              README.md explains every setting. The folder <code>docs</code> beside it describes the API, security,
              proxies, Prometheus metrics, and how RedisGears behaves.
            </p>
          </Part>
          <Part name="Licence">
            <p>
              Gearboard is MIT-licensed. RedisGears and Redis are trademarks of Redis Ltd.; Gearboard is not affiliated
              with them.
            </p>
          </Part>
          <News />
        </div>
      </DialogContent>
    </Dialog>
  )
}

const Part = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <section>
    <h3 className="pb-1 text-fg-3 text-small">{name}</h3>
    {children}
  </section>
)

function Versions() {
  const { data } = useQuery(endpointQuery('about'))
  const state = useConnectionState()
  const isOfConnection = useConnectionName() !== ''
  const rows: readonly (readonly [string, string])[] = [
    ['Gearboard', data?.version ?? LOADING],
    ['Node', data?.node ?? LOADING],
    ...(isOfConnection
      ? ([
          ['Module', state ? gearsInWords(state) : LOADING],
          ['Redis', state ? (state.capability?.redisVersion ?? 'unknown') : LOADING],
          ['Server', state ? visibleText(state.address) : LOADING],
        ] as const)
      : []),
  ]
  return (
    <dl className="grid grid-cols-[96px_1fr] gap-y-1.5">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-fg-3">{name}</dt>
          <dd className="[overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function News() {
  const { data, error } = useQuery(endpointQuery('about'))
  if (error) return <p className="text-failed">{describeError(error)}</p>
  if (!data || data.news.notes.length === 0) return null
  return (
    <Part name={`What is new in ${data.news.what}`}>
      <ul className="flex list-disc flex-col gap-1.5 pl-4">
        {data.news.notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </Part>
  )
}
