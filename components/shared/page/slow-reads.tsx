'use client'

import { createContext, type ReactNode, useContext, useLayoutEffect, useState } from 'react'
import type { ReadAge, ShardCostly } from '@/lib/model/cluster/shard'

const NONE: readonly ShardCostly[] = []

const Report = createContext<(reads: readonly ShardCostly[]) => void>(() => undefined)
const Reported = createContext(NONE)

/** Lets a page report what it read slowly, and the top bar show it: a note above the page would move the page whenever it appears or disappears. */
export function SlowReads({ children }: { readonly children: ReactNode }) {
  const [reads, setReads] = useState(NONE)
  return (
    <Report value={setReads}>
      <Reported value={reads}>{children}</Reported>
    </Report>
  )
}

/** Reports why the page's answers are old. @param first as the query returned it, so that it is another object only when it changed */
export function useReportSlowReads(first: ReadAge | undefined, second?: ReadAge): void {
  const report = useContext(Report)
  useLayoutEffect(() => {
    report([...(first?.costly ?? NONE), ...(second?.costly ?? NONE)])
    return () => report(NONE)
  }, [report, first, second])
}

/** What the open page reported. */
export const useSlowReads = (): readonly ShardCostly[] => useContext(Reported)
