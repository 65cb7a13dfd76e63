/** Limits how many tasks of one name run at a time; the others wait in the order of their arrival. */
export class Turns {
  private readonly places: number
  private readonly under = new Map<string, number>()
  private readonly waiting = new Map<string, (() => void)[]>()

  constructor(places: number) {
    this.places = places
  }

  /** Resolves with a function that returns the place, or with undefined where none became free within `ms`. */
  async takeTurn(name: string, ms: number): Promise<(() => void) | undefined> {
    const under = this.under.get(name) ?? 0
    if (under < this.places) this.under.set(name, under + 1)
    else if (!(await this.free(name, ms))) return undefined
    return () => this.leave(name)
  }

  private free(name: string, ms: number): Promise<boolean> {
    const queue = this.waiting.get(name) ?? []
    this.waiting.set(name, queue)
    return new Promise((resolve) => {
      const next = () => {
        clearTimeout(timer)
        resolve(true)
      }
      const timer = setTimeout(() => {
        queue.splice(queue.indexOf(next), 1)
        resolve(false)
      }, ms)
      queue.push(next)
    })
  }

  /** The longest waiter gets the place. */
  private leave(name: string): void {
    const next = this.waiting.get(name)?.shift()
    const under = (this.under.get(name) ?? 1) - 1
    if (next) next()
    else if (under > 0) this.under.set(name, under)
    else this.under.delete(name)
  }
}
