'use client'

import { useMemo } from 'react'
import type { Gap } from '@/components/ui/charts'
import type { Sample } from '@/lib/model/record/sample'
import { silentTimes } from '@/lib/model/record/sample-view'
import { listInWords } from '@/lib/model/text/format'
import { useShardMarks } from './text/shard-name'

/** When shards were silent, named, for charts over these samples. */
export function useGaps(samples: readonly Sample[] | undefined): readonly Gap[] {
  const marks = useShardMarks()
  return useMemo(() => {
    const nameOf = (key: string) => marks.find((mark) => mark.key === key)?.name ?? key
    return silentTimes(samples ?? []).map(({ from, to, shards }) => ({
      from,
      to,
      label: shards.length >= marks.length ? 'silent' : `${listInWords(shards.map(nameOf))} silent`,
    }))
  }, [samples, marks])
}
