import { formatBytes, plural } from '@gearboard/gears/vocabulary/text'
import type { Growth } from '@/lib/model/record/growth'
import type { MemoryNow } from '@/lib/model/record/sample-view'
import { listInWords } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'
import { intervalInWords } from './growth-words'

type GrowthFound = Pick<Growth, 'perHour' | 'missingMs' | 'functions'>

/** The page's answer in words: how much Python holds, on how many shards, what makes it grow, and its peak. */
export function memoryAnswer(
  now: MemoryNow,
  shards: number,
  growth?: GrowthFound,
): { readonly headline: string; readonly second: string } {
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
  const uses =
    silent > 0
      ? `Python uses ${formatBytes(held)} on the ${known.length} of ${plural(shards, 'shard')} that answer`
      : `Python uses ${formatBytes(held)} ${where}`
  return {
    headline: `${uses}${growth ? trendInWords(growth) : ''}.`,
    second: `${peak}; ${formatBytes(now.total ?? known.reduce((total, stats) => total + stats.total, 0))} allocated in total since start.`,
  }
}

/** The function that the page names first: the one that adds most a run among those that surely grow. */
export const growingFunction = ({ functions }: Pick<Growth, 'functions'>) =>
  functions
    .flatMap((each) => (each.verdict === 'grows' ? [each] : []))
    .toSorted((a, b) => b.bytesPerRun.value * b.runs - a.bytesPerRun.value * a.runs)[0]

/** The second half of the headline: the function that grows, or how all memory moves; it agrees with the verdicts below. */
function trendInWords(growth: GrowthFound): string {
  const grows = growingFunction(growth)
  if (grows) {
    const names = listInWords(grows.functions.map(({ name }) => visibleText(name)))
    return `; ${names} adds ${intervalInWords(grows.bytesPerRun, 'a run')}`
  }
  const { perHour, missingMs } = growth
  if (perHour === null) return missingMs === undefined ? '' : '; too early to say what grows'
  if (perHour.low > 0) return `; it grows by ${intervalInWords(perHour, 'per hour')}`
  if (perHour.high < 0) return `; it shrinks by ${formatBytes(-perHour.value)} per hour`
  return ', with no measurable growth'
}
