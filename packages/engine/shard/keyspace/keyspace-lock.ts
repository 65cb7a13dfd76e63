/**
 * The server lock, which EXEC, scripts and Python's `atomic()` hold: commands on keys wait meanwhile. It is counted, so it may be taken
 * again while held.
 */
export class KeyspaceLock {
  private holders = 0

  constructor(private readonly released: () => void) {}

  get held(): boolean {
    return this.holders > 0
  }

  acquire(): void {
    this.holders += 1
  }

  release(): void {
    this.holders -= 1
    if (this.holders === 0) this.released()
  }
}
