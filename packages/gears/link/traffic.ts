import type { Reply } from '../reply'

interface QuestionKind {
  running: Promise<unknown>
  next?: Promise<Reply>
}

/** However long a reply took, ms: no caller waits longer than this without a byte. */
const MOST_MS = 120_000
/** A reply is late if it takes this many times as long as before. */
const FACTOR = 4

/**
 * What is in progress to each server, and how long answers take there, for all clients of one connection: one that was seen to be slow is
 * waited for by every client, and asked for by one at a time.
 */
export class Traffic {
  private readonly kinds = new Map<string, QuestionKind>()
  /** What an answer takes, ms, where that was long. */
  private readonly slow = new Map<string, number>()
  /** Given up, and not known to be done. */
  private readonly owed = new Set<string>()
  private readonly underWay = new Map<string, number>()

  /**
   * Runs `work`, one of a kind at a time. A caller that asks while one is in progress shares the next one with all that wait for it: each
   * gets a reply to a request sent after its own call.
   */
  one(kind: string, work: () => Promise<Reply>): Promise<Reply> {
    const known = this.kinds.get(kind)
    if (!known) return this.run(kind, work)
    known.next ??= known.running.catch(() => undefined).then(() => this.run(kind, work))
    return known.next
  }

  /** How long to wait for a sign of an answer, ms, where `usual` would do: longer also while one that is slow keeps that server busy. */
  limitMs(address: string, name: string, usual: number): number {
    const own = this.slow.get(keyOf(address, name)) ?? 0
    const before = Math.max(0, ...[...this.underWay.keys()].map((key) => (isOf(key, address) ? this.slowOf(key) : 0)))
    return Math.min(MOST_MS, Math.max(usual, FACTOR * Math.max(own, before)))
  }

  /** Of `name`, until what is returned is called. */
  begins(address: string, name: string): () => void {
    const key = keyOf(address, name)
    this.underWay.set(key, (this.underWay.get(key) ?? 0) + 1)
    return () => {
      const left = (this.underWay.get(key) ?? 1) - 1
      if (left > 0) this.underWay.set(key, left)
      else this.underWay.delete(key)
    }
  }

  /** @param ms what an answer took @param fast what is not worth being remembered, ms */
  took(address: string, name: string, ms: number, fast: number): void {
    const key = keyOf(address, name)
    this.owed.delete(key)
    if (ms > fast) this.slow.set(key, ms)
    else this.slow.delete(key)
  }

  /** The caller has stopped waiting for this reply, after so many ms; the server may still work on it. */
  gaveUp(address: string, name: string, ms: number): void {
    const key = keyOf(address, name)
    this.owed.add(key)
    this.slow.set(key, ms)
  }

  /** Whether the server may still work on one that was given up. */
  isOwed(address: string, name: string): boolean {
    return this.owed.has(keyOf(address, name))
  }

  /** It answered what was sent later: a server works on one thing at a time. */
  answers(address: string): void {
    for (const key of this.owed) if (isOf(key, address)) this.owed.delete(key)
  }

  private slowOf(key: string): number {
    return this.slow.get(key) ?? 0
  }

  private run(kind: string, work: () => Promise<Reply>): Promise<Reply> {
    const running = work()
    const entry: QuestionKind = { running }
    this.kinds.set(kind, entry)
    const done = () => {
      if (this.kinds.get(kind) === entry && !entry.next) this.kinds.delete(kind)
    }
    running.then(done, done)
    return running
  }
}

const keyOf = (address: string, name: string): string => `${address} ${name}`
const isOf = (key: string, address: string): boolean => key.startsWith(`${address} `)
