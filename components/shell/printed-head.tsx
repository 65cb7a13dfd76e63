'use client'

import { useNow } from '@/components/shared/time/clock'
import { useConnectionState } from '@/lib/api/live'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { formatExact } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'

/** Printed only: which page of which server this is, when it was printed, and how old its data is. */
export function PrintedHead({ name }: { readonly name: string }) {
  const state = useConnectionState()
  const now = useNow()
  return (
    <div className="hidden justify-between gap-4 border-line-strong border-b px-5 pb-2 text-small print:flex">
      <p>
        <span className="font-semibold">Gearboard · {name}</span>
        {state && (
          <span className="ml-2 font-mono [overflow-wrap:anywhere]">
            {visibleText(state.name, NAME_CHARS)}, {visibleText(state.address, NAME_CHARS)}
          </span>
        )}
      </p>
      {now > 0 && (
        <p className="text-right text-fg-2">
          Printed {formatExact(now)}
          {state && <span className="block">{dataOf(state.status, state.answeredAt)}</span>}
        </p>
      )}
    </div>
  )
}

const dataOf = (status: string, answeredAt: number | null): string =>
  answeredAt === null ? 'The server has not answered yet' : `Data of ${formatExact(answeredAt)} (${status})`
