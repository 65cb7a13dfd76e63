import type { MEASURES, SeriesKind } from '@/lib/model/record/history'
import type { Sample } from '@/lib/model/record/sample'
import type { PointEntry } from './series-sql'

interface SamplePoint<Kind extends SeriesKind> {
  /** Key of the shard; empty for the connection as a whole. */
  readonly subject: string
  readonly values: Readonly<Record<keyof (typeof MEASURES)[Kind], number | null>>
}

/** The points that a sample brings to each kind of series. */
const POINTS_OF: { readonly [Kind in SeriesKind]: (sample: Sample) => readonly SamplePoint<Kind>[] } = {
  activity: ({ running, waiting, ended, unseen, triggered, failures }) => [
    {
      subject: '',
      values: {
        running,
        waiting,
        ...ended,
        unseenOk: unseen?.ok ?? null,
        unseenFailed: unseen?.failed ?? null,
        unseenAborted: unseen?.aborted ?? null,
        unseenUnknown: unseen?.unknown ?? null,
        triggered,
        failures,
      },
    },
  ],
  memory: ({ memory }) =>
    Object.entries(memory).flatMap(([shard, stats]) => (stats ? [{ subject: shard, values: { ...stats } }] : [])),
  // Growth between two polls, which `RegistrationTracks` knows.
  registration: () => [],
}

export const pointsOfSample = (connection: string, kind: SeriesKind, sample: Sample): readonly PointEntry[] =>
  POINTS_OF[kind](sample).map(({ subject, values }) => ({ connection, kind, subject, at: sample.at, values }))
