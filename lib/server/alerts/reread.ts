import { knownError } from '../errors'
import { log } from '../log'

/** An answer older than this many of its intervals says nothing of the present. */
const STALE_INTERVALS = 4

/** Something that is read now and then in the background: who asks gets the latest answer at once, and no two readings run at a time. */
export class Reread<T> {
  private answer: { readonly value: T; readonly at: number } | undefined
  private askedAt = Number.NEGATIVE_INFINITY
  private isReading = false

  /** @param everyMs from one reading to the next @param now on the steady clock, ms */
  constructor(
    private readonly everyMs: number,
    private readonly now: () => number,
    private readonly read: () => Promise<T>,
  ) {}

  /** Null: it was not read yet, or not lately. */
  get latest(): T | null {
    if (!this.isReading && this.now() - this.askedAt >= this.everyMs) void this.readAgain()
    const { answer } = this
    return answer && this.now() - answer.at < STALE_INTERVALS * this.everyMs ? answer.value : null
  }

  private async readAgain(): Promise<void> {
    this.askedAt = this.now()
    this.isReading = true
    try {
      const value = await this.read()
      this.answer = { value, at: this.askedAt }
    } catch (error) {
      if (!knownError(error)) log.error({ err: error }, 'reading for alerts failed')
    } finally {
      this.isReading = false
    }
  }
}
