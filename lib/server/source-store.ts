import { randomUUID } from 'node:crypto'

export interface Source {
  readonly id: string
  /** What people call it: the description, else the session id, else `submission 12`. */
  readonly name: string
  readonly script: string
  readonly requirements: readonly string[]
  /** Our clock, ms. */
  readonly submittedAt: number
}

const MAX_SOURCES = 500
const MAX_CHARS = 20_000_000

/** The scripts submitted through this Gearboard since it started, the latest of them. */
export class SourceStore {
  private readonly sources = new Map<string, Source>()
  private chars = 0
  private count = 0

  add(script: string, requirements: readonly string[], name: string | undefined): Source {
    this.count++
    const source: Source = {
      id: randomUUID(),
      name: name ?? `submission ${this.count}`,
      script,
      requirements,
      submittedAt: Date.now(),
    }
    this.sources.set(source.id, source)
    this.chars += script.length
    for (const [id, oldest] of this.sources) {
      if (this.sources.size <= MAX_SOURCES && this.chars <= MAX_CHARS) break
      this.sources.delete(id)
      this.chars -= oldest.script.length
    }
    return source
  }

  get(id: string): Source | undefined {
    return this.sources.get(id)
  }
}
