/** How memory moved with the runs of functions, over a stretch of time. */
export interface Growth {
  /** ms; what was asked for. */
  readonly from: number
  readonly to: number
  /** Width of the spans that were compared, ms, and how many there were. */
  readonly stepMs: number
  readonly spans: number
  /** Of what Python holds on all shards together, bytes per hour, whatever the cause. Null: not enough data. */
  readonly perHour: Estimate | null
  /** How much more time has to be measured before anything can be said, ms; absent where enough is. */
  readonly missingMs?: number
  /** The ones that ran most; see `GrowthOfRuns`. */
  readonly functions: readonly GrowthOfRuns[]
  /** Others that ran too little to be distinguished. */
  readonly others: number
}

/** A figure with its 95 % interval. */
export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
}

/**
 * `grows`, `shrinks`: zero is outside of the 99.9 % interval. `uncertain`: it is outside of the 95 % interval only. `flat`: it is inside.
 * `unclear`: there is no figure, `why` says so.
 */
export type GrowthOfRuns = {
  /** Registrations by id, submitted functions by name; several where they always ran together and cannot be separated. */
  readonly functions: readonly GrowthSubject[]
  readonly runs: number
} & (
  | { readonly verdict: 'grows' | 'shrinks' | 'uncertain' | 'flat'; readonly bytesPerRun: Estimate }
  | { readonly verdict: 'unclear'; readonly why: string }
)

export interface GrowthSubject {
  readonly name: string
  /** Null for a function that was submitted to run once. */
  readonly registrationId: string | null
}

/** What a function did in each span, in order of time. */
export interface RunsOfFunction extends GrowthSubject {
  readonly runs: readonly number[]
}
