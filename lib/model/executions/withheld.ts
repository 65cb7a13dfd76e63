import { UNPROVEN_RESULTS } from '@gearboard/gears/vocabulary/result-safety'
import { plural } from '@gearboard/gears/vocabulary/text'
import type { Withheld } from './execution'

/** What somebody names to read results that Gearboard does not read by itself. */
export const UNPROVEN_OVERRIDE = 'unproven-results'

/** Whether a person may have them read anyway. */
export const isOverridable = ({ why }: Withheld): boolean => why === 'unproven' || why === 'broke'

interface WithheldWords {
  readonly title: string
  readonly text: string
}

/** Why results are not there, for people. @param id of the execution @param count of its results; null: unknown */
export function withheldInWords(withheld: Withheld, id: string, count: number | null): WithheldWords {
  const results = count === null ? 'Results' : plural(count, 'result')
  const held = `They are on the server: redis-cli reads them with RG.GETRESULTS ${id}.`
  switch (withheld.why) {
    case 'unfinished':
      return { title: 'None so far', text: 'Gears gives results when the execution has ended.' }
    case 'unproven':
      return { title: `${results}, not read`, text: UNPROVEN_RESULTS }
    case 'broke':
      return {
        title: `${results}, not read`,
        text: 'The connection broke the last time that results of this function were read: they may have crashed the server. Text crashes it too if it holds half a surrogate pair, such as an emoji cut in two.',
      }
    case 'too_many':
      return { title: `${results}, too many to read`, text: `RG.GETRESULTS returns all of them or none. ${held}` }
    case 'unreadable':
      return { title: `${results} that Gearboard cannot read`, text: `${withheld.message}. ${held}` }
    case 'refused':
      return { title: `${results}, refused by the server`, text: withheld.message }
    case 'unanswered':
      return { title: `${results}, not read yet`, text: `The shard that has them did not answer: ${withheld.message}.` }
    case 'gone':
      return {
        title: `${results}, no longer on the server`,
        text: 'Dropped, evicted, or returned to the client that waited for them. Gearboard reads up to 100 results of executions that nobody opens, and keeps some kilobytes.',
      }
  }
}
