import { plural } from '@gearboard/gears/vocabulary/text'
import { type FunctionTimes, subjectKey } from '../record/function-history'
import { formatDuration } from '../text/format'
import type { Finding } from './finding'

/** Functions that got slower, since some run or version; the largest slowdown first. */
export const slowerFindings = (functions: readonly Pick<FunctionTimes, 'subject' | 'change'>[]): readonly Finding[] =>
  functions
    .flatMap(({ subject, change }) =>
      subject.kind !== 'unknown' && change && change.after.p95 > change.before.p95 ? [{ subject, change }] : [],
    )
    .toSorted((a, b) => ratio(b) - ratio(a))
    .map(({ subject, change: { at, before, after, version } }): Finding => {
      const cause = version === null ? '' : `, since version ${version}`
      return {
        key: `slower ${subjectKey(subject)}`,
        kind: 'slower',
        subject: subject.name,
        subjectNote: subject.kind === 'plan' ? 'by its plan' : '',
        detail: `p95 rose from ${formatDuration(before.p95)} to ${formatDuration(after.p95)}${cause}`,
        verbatim: false,
        scale: `${plural(after.count, 'run')} since, ${before.count} before`,
        since: at,
        target: { kind: 'function', function: subjectKey(subject) },
      }
    })

const ratio = ({ change: { before, after } }: { readonly change: NonNullable<FunctionTimes['change']> }): number =>
  after.p95 / Math.max(1, before.p95)
