/** Carries out one piece of work after the other: what one has checked is still so when it writes. */
export class InTurn {
  private last: Promise<unknown> = Promise.resolve()

  /** Fails as the work does; the next piece begins either way. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work)
    this.last = done.catch(() => undefined)
    return done
  }
}
