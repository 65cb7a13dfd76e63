import { formatBytes, plural } from '@gearboard/gears/vocabulary/text'
import type { MemoryNow } from '@/lib/model/record/sample-view'

/** The page's answer in words: how much Python holds, on how many shards, and its peak. */
export function memoryAnswer(now: MemoryNow, shards: number): { readonly headline: string; readonly second: string } {
  const where = shards === 1 ? 'on one server' : `on ${plural(shards, 'shard')}`
  if (now.uncounted) {
    return { headline: 'Python’s memory is not counted here.', second: 'RG.PYSTATS is all zeros.' }
  }
  const known = Object.values(now.perShard).filter((stats) => stats !== null)
  if (known.length === 0) {
    return { headline: 'No shard tells its memory.', second: 'What is drawn is from before.' }
  }
  const held = known.reduce((total, { current }) => total + current, 0)
  const silent = shards - known.length
  const peak =
    known.length === 1
      ? `Its peak was ${formatBytes(now.highestPeak)}`
      : `The highest peak of a shard was ${formatBytes(now.highestPeak)}`
  return {
    headline:
      silent > 0
        ? `Python holds ${formatBytes(held)} on the ${known.length} of ${plural(shards, 'shard')} that answer.`
        : `Python holds ${formatBytes(held)} ${where}.`,
    second: `${peak}; ${formatBytes(now.total ?? known.reduce((total, stats) => total + stats.total, 0))} were allocated since the start, freed or not.`,
  }
}
