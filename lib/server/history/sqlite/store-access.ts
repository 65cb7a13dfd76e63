import type { Reading } from './sqlite'
import type { Writer } from './writer'

/** The database as the stores of single nouns use it: the owner that opens it decides which process writes, and judges failures. */
export interface StoreAccess {
  /** Undefined where another Gearboard writes, or none can. */
  readonly writer: Writer | undefined
  /** @throws HistoryError `unusable` where another one writes, or none can */
  writing(): Writer
  /** What a person did; nothing where another one writes, or none can. @throws HistoryError `unusable` when this Gearboard has ended */
  act(act: (writer: Writer) => Promise<void>): Promise<void>
  /** @throws HistoryError */
  read<T>(question: (reading: Reading) => T): T
  /** In several steps, between which the database may be another one. @throws HistoryError */
  readInSteps<T>(question: (reading: () => Reading) => Promise<T>): Promise<T>
  /** Our clock, ms. */
  now(): number
}
