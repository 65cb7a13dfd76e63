import { formatBytes, plural } from '@gearboard/gears/vocabulary/text'
import type { MemoryNow } from '@/lib/model/record/sample-view'

/** The page's answer in words: how much Python holds, on how many shards, and its peak. */
export function memoryAnswer(now: MemoryNow, shards: number): { readonly headline: string; readonly second: string } {
  const where = shards === 1 ? 'on one server' : `on ${plural(shards, 'shard')}`
  if (now.uncounted) {
    return { headline: 'Python memory is not measured here.', second: 'RG.PYSTATS returns only zeros.' }
  }
  const known = Object.values(now.perShard).filter((stats) => stats !== null)
  if (known.length === 0) {
    return { headline: 'No shard reports its memory.', second: 'Showing older data.' }
  }
  const held = known.reduce((total, { current }) => total + current, 0)
  const silent = shards - known.length
  const peak =
    known.length === 1
      ? `Peak ${formatBytes(now.highestPeak)}`
      : `Highest peak of a shard ${formatBytes(now.highestPeak)}`
  return {
    headline:
      silent > 0
        ? `Python uses ${formatBytes(held)} on the ${known.length} of ${plural(shards, 'shard')} that answer.`
        : `Python uses ${formatBytes(held)} ${where}.`,
    second: `${peak}; ${formatBytes(now.total ?? known.reduce((total, stats) => total + stats.total, 0))} allocated in total since start.`,
  }
}
