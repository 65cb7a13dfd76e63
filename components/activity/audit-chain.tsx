'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleQuestionMark, OctagonX } from 'lucide-react'
import { useOwnAdmin } from '@/components/shared/people/use-may-add-connections'
import { ErrorText } from '@/components/shared/text/error-text'
import { type StateLook, StateWord } from '@/components/shared/text/outcome'
import { Button } from '@/components/ui/button'
import { endpointQuery } from '@/lib/api/query'
import { type AuditChainCheck, chainInWords } from '@/lib/model/record/audit-chain'

const INTACT = { icon: CircleCheck, tone: 'ok' } as const
const PARTLY_UNKNOWN = { icon: CircleQuestionMark, tone: 'unknown' } as const
const BROKEN = { icon: OctagonX, tone: 'failed' } as const

function lookOf({ broken, otherKey, keyed }: AuditChainCheck): Omit<StateLook, 'word'> {
  if (broken !== null) return BROKEN
  return otherKey > 0 || !keyed ? PARTLY_UNKNOWN : INTACT
}

/** Whether the audit log is as it was recorded; checked when a user asks, since it reads every entry. */
export function AuditChain() {
  const isAdmin = useOwnAdmin()
  const { data, error, isFetching, refetch } = useQuery({ ...endpointQuery('verifyAudit'), enabled: false })
  return (
    <section
      aria-label="Chain of hashes"
      className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 border-line border-t px-3 py-2 text-small"
    >
      <div role="status" className="min-w-0 flex-1 basis-80 text-fg-2">
        {error ? <ErrorText text={error.message} /> : data ? <ChainState check={data} /> : UNCHECKED}
      </div>
      <Button
        size="row"
        onClick={() => void refetch()}
        pending={isFetching}
        disabledReason={isAdmin === false ? OF_ALL : undefined}
      >
        {isFetching ? 'Checking…' : 'Check chain'}
      </Button>
    </section>
  )
}

const OF_ALL = 'The chain spans all connections: it needs a grant as admin on all of them.'

const UNCHECKED =
  'Each entry has a hash over its fields and the entry before it, of all connections. Check the chain to find changed, removed or inserted entries.'

function ChainState({ check }: { readonly check: AuditChainCheck }) {
  const { headline, limits } = chainInWords(check)
  const { newest } = check
  return (
    <>
      <StateWord look={{ ...lookOf(check), word: headline }} />
      {limits.length > 0 && <p>{limits.join(' ')}</p>}
      {newest && (
        <p className="[overflow-wrap:anywhere]">
          Entry {formatCount(newest.id)} is the newest, hash <span className="font-mono">{newest.hash}</span>. Keep it
          elsewhere to compare later: the chain does not show that the whole file was replaced by an earlier copy.
        </p>
      )}
    </>
  )
}
