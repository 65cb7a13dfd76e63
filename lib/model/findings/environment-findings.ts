import type { Requirement } from '@gearboard/gears/vocabulary/environment'
import type { ShardAnswer } from '@gearboard/gears/vocabulary/shard'
import { formatBytes, plural } from '@gearboard/gears/vocabulary/text'
import type { ShardState } from '../cluster/shard'
import { shardName } from '../cluster/shard-order'
import { requirementRows } from '../environment/environment-view'
import type { Growth } from '../record/growth'
import { formatSpan, listInWords } from '../text/format'
import type { Finding } from './finding'

/** Requirements that a shard has not installed, or lacks: functions that need them fail there (protocol 6). */
export function requirementFindings(
  answers: readonly ShardAnswer<readonly Requirement[]>[],
  shards: readonly ShardState[],
): readonly Finding[] {
  const names = (keys: readonly string[]) => listInWords(keys.map((key) => shardName(key, shards)))
  return requirementRows(answers, []).flatMap(({ name, on, missingOn, state }): readonly Finding[] => {
    if (state === 'installed' && missingOn.length === 0) return []
    const without = on.filter(({ entry }) => !entry.installed)
    const parts = [
      without.length > 0 &&
        `${without.every(({ entry }) => entry.downloaded) ? 'downloaded but not installed' : 'not installed'} on ${names(without.map(({ shard }) => shard))}`,
      missingOn.length > 0 && `${names(missingOn)} ${missingOn.length === 1 ? 'does' : 'do'} not list it`,
    ].filter((part) => part !== false)
    return [
      {
        key: `requirement ${name}`,
        kind: 'requirement',
        subject: name,
        subjectNote: 'requirement',
        detail: parts.join('; '),
        verbatim: false,
        scale: `${without.length + missingOn.length} of ${plural(on.length + missingOn.length, 'shard')}`,
        since: null,
        target: { kind: 'environment' },
      },
    ]
  })
}

/** Smaller growth in the observed time is not reported, bytes. */
const WORTH_BYTES = 1_000_000

/** Functions whose runs grow memory, as far as the interval is certain; largest growth first. */
export const growthFindings = ({ functions, from, to }: Growth): readonly Finding[] =>
  functions
    .flatMap((each) =>
      each.verdict === 'grows' && each.bytesPerRun.low * each.runs >= WORTH_BYTES
        ? [{ subjects: each.functions, runs: each.runs, perRun: each.bytesPerRun }]
        : [],
    )
    .toSorted((a, b) => b.perRun.low * b.runs - a.perRun.low * a.runs)
    .map(({ subjects, runs, perRun }): Finding => {
      const name = listInWords(subjects.map((subject) => subject.name))
      return {
        key: `growing ${name}`,
        kind: 'growing',
        subject: name,
        subjectNote: subjects.length > 1 ? 'always run together' : '',
        detail: `Memory grows by about ${formatBytes(perRun.value)} a run (${formatBytes(perRun.low)} to ${formatBytes(perRun.high)})`,
        verbatim: false,
        scale: `${plural(runs, 'run')} in ${formatSpan(to - from)}`,
        since: null,
        target: { kind: 'memory' },
      }
    })
