import { Refusal } from '../errors'

const WINDOW_MS = 60_000
/** Wrong passwords a minute from one address, and from all: the address is the client's word behind some proxies. */
const PER_ADDRESS = 5
const IN_ALL = 60

/** Slows down guessing. */
export class AttemptLimit {
  private failures: { readonly from: string; readonly at: number }[] = []

  /** @throws Refusal `forbidden` when there were too many wrong passwords lately */
  check(from: string, now: number): void {
    this.failures = this.failures.filter((failure) => failure.at > now - WINDOW_MS)
    const own = this.failures.filter((failure) => failure.from === from)
    const blocking = own.length >= PER_ADDRESS ? own : this.failures.length >= IN_ALL ? this.failures : undefined
    const oldest = blocking?.[0]
    if (!oldest) return
    const seconds = Math.ceil((oldest.at + WINDOW_MS - now) / 1000)
    throw new Refusal('forbidden', `Too many wrong passwords; try again in ${seconds} s.`, undefined, seconds)
  }

  failed(from: string, now: number): void {
    this.failures.push({ from, at: now })
  }
}
