/** A moment at which functions came to a server. */
export interface Deployment {
  /** Our clock, ms: as it was submitted through Gearboard, or as its registration was first seen. */
  readonly at: number
  readonly name: string
  /** Of the source submitted through Gearboard; null where it came in another way. */
  readonly version: number | null
}
