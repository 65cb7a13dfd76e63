import { UNPROVEN_RESULTS } from '@gearboard/gears/vocabulary/result-safety'
import { plural } from '@gearboard/gears/vocabulary/text'
import type { Withheld } from './execution'

/** The override that reads results which Gearboard does not read by itself. */
export const UNPROVEN_OVERRIDE = 'unproven-results'

/** Whether a person may have them read anyway. */
export const isOverridable = ({ why }: Withheld): boolean => why === 'unproven' || why === 'broke'

export const RESULTS_AT_END = 'RedisGears returns results when the execution ends.'

interface WithheldWords {
  readonly title: string
  readonly text: string
}

/** Why results are not there, for people. @param id of the execution @param count of its results; null: unknown */
export function withheldInWords(withheld: Withheld, id: string, count: number | null): WithheldWords {
  const results = count === null ? 'Results' : plural(count, 'result')
  const held = `To read them, run RG.GETRESULTS ${id} in redis-cli.`
  switch (withheld.why) {
    case 'unfinished':
      return { title: 'No results yet', text: RESULTS_AT_END }
    case 'unproven':
      return { title: `${results}, not read`, text: UNPROVEN_RESULTS }
    case 'broke':
      return {
        title: `${results}, not read`,
        text: 'The connection broke the last time results of this function were read; reading them may have crashed the server. Text with half a surrogate pair, such as an emoji cut in two, also crashes it.',
      }
    case 'too_many':
      return { title: `${results}, too many to read`, text: `RG.GETRESULTS returns all results or none. ${held}` }
    case 'unreadable':
      return { title: `${results}, unreadable for Gearboard`, text: `${withheld.message}. ${held}` }
    case 'refused':
      return { title: `${results}, refused by the server`, text: withheld.message }
    case 'unanswered':
      return {
        title: `${results}, not read yet`,
        text: `The shard that holds them did not answer: ${withheld.message}.`,
      }
    case 'hidden':
      return { title: `${results}, hidden`, text: 'Your grant on this connection hides results.' }
    case 'gone':
      return {
        title: `${results}, no longer on the server`,
        text: 'They were dropped, evicted, or returned to the client that waited for them. Gearboard reads up to 100 results ahead of each execution and keeps a few kilobytes.',
      }
  }
}
