import { steadyMs, wallMs } from '../clock'
import type { Failure } from './core'

/** INFO's errorstats has at most as many kinds of errors as Redis's. */
const MAX_ERROR_KINDS = 128

/** Counts a shard's work for INFO. */
export class Statistics {
  commands = 0
  connections = 0
  errors = 0
  /** Bytes of replies. */
  output = 0
  /** Commands in the last second. */
  perSecond = 0
  /** Changes since the last SAVE. */
  dirty = 0
  saveFailed = false
  /** Seconds since the epoch. */
  savedAt = Math.floor(wallMs() / 1000)
  /** The start and the last SAVE on the monotonic clock. */
  readonly startedMs = steadyMs()
  savedMs = this.startedMs
  /** Errors by the first word of their text. */
  readonly errorKinds = new Map<string, number>()
  private sampled = 0

  countError({ text }: Failure): void {
    this.errors += 1
    const kind = text.split(' ', 1)[0]?.slice(0, 64) ?? ''
    if (this.errorKinds.size < MAX_ERROR_KINDS || this.errorKinds.has(kind))
      this.errorKinds.set(kind, (this.errorKinds.get(kind) ?? 0) + 1)
  }

  /** Called once a second. */
  sample(): void {
    this.perSecond = this.commands - this.sampled
    this.sampled = this.commands
  }

  saved(): void {
    this.saveFailed = false
    this.savedAt = Math.floor(wallMs() / 1000)
    this.savedMs = steadyMs()
    this.dirty = 0
  }

  /** Implements CONFIG RESETSTAT. */
  reset(): void {
    this.commands = this.connections = this.errors = this.output = this.perSecond = this.sampled = 0
    this.errorKinds.clear()
  }
}
