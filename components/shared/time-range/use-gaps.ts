'use client'

import { useMemo } from 'react'
import type { Gap } from '@/components/ui/charts'
import type { ActivityGap } from '@/lib/model/record/activity'
import { listInWords } from '@/lib/model/text/format'
import { useShardMarks } from '../text/shard-name'

/** Gaps with their names, for charts. */
export function useGaps(gaps: readonly ActivityGap[]): readonly Gap[] {
  const marks = useShardMarks()
  return useMemo(() => {
    const nameOf = (key: string) => marks.find((mark) => mark.key === key)?.name ?? key
    return gaps.map((gap) => ({ from: gap.from, to: gap.to, label: labelOf(gap, marks.length, nameOf) }))
  }, [gaps, marks])
}

function labelOf(gap: ActivityGap, shards: number, nameOf: (key: string) => string): string {
  if (gap.kind === 'unwatched') return 'not watched'
  return gap.shards.length >= shards ? 'silent' : `${listInWords(gap.shards.map(nameOf))} silent`
}
