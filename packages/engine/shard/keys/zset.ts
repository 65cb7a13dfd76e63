import { Dict } from './dict'

export interface Scored {
  readonly member: string
  readonly score: number
}

/** One end of a score range; `open` excludes the score. */
export interface ScoreBound {
  readonly value: number
  readonly open: boolean
}

/** One end of a lexicographic range; `-` is before and `+` after every member. */
export type LexBound = '-' | '+' | { readonly value: string; readonly open: boolean }

const CHUNK = 512

const before = (a: Scored, score: number, member: string): boolean =>
  a.score < score || (a.score === score && a.member < member)

/** Members by score, then by bytes, in a list of short sorted arrays, so that ranks and inserts are fast. */
export class SortedMembers {
  readonly scores = new Dict<number>()
  private chunks: Scored[][] = []

  get size(): number {
    return this.scores.size
  }

  score(member: string): number | undefined {
    return this.scores.get(member)
  }

  /** Returns true if the member is new. */
  set(member: string, score: number): boolean {
    const old = this.scores.get(member)
    if (old === score) return false
    if (old !== undefined) this.unlink(member, old)
    this.scores.set(member, score)
    this.link({ member, score })
    return old === undefined
  }

  delete(member: string): boolean {
    const score = this.scores.get(member)
    if (score === undefined) return false
    this.scores.delete(member)
    this.unlink(member, score)
    return true
  }

  /** The rank in ascending order; undefined if it is not a member. */
  rank(member: string): number | undefined {
    const score = this.scores.get(member)
    return score === undefined ? undefined : this.countBefore((each) => before(each, score, member))
  }

  /** How many members from the start satisfy `less`, which must hold for a prefix only. */
  countBefore(less: (each: Scored) => boolean): number {
    let count = 0
    for (const chunk of this.chunks) {
      const last = chunk[chunk.length - 1]
      if (last && less(last)) {
        count += chunk.length
        continue
      }
      return count + firstNot(chunk, less)
    }
    return count
  }

  /** The members of the ranks `start` up to, but not including, `end`, in ascending order. */
  slice(start: number, end: number): Scored[] {
    const found: Scored[] = []
    let skip = Math.max(0, start)
    let want = end - skip
    for (const chunk of this.chunks) {
      if (want <= 0) break
      if (skip >= chunk.length) {
        skip -= chunk.length
        continue
      }
      const part = chunk.slice(skip, skip + want)
      for (const each of part) found.push(each)
      want -= part.length
      skip = 0
    }
    return found
  }

  /** The ranks [start, end) of the scores between two bounds. */
  scoreRange(min: ScoreBound, max: ScoreBound): readonly [number, number] {
    const start = this.countBefore(({ score }) => score < min.value || (min.open && score === min.value))
    const end = this.countBefore(({ score }) => score < max.value || (!max.open && score === max.value))
    return [start, Math.max(start, end)]
  }

  /** The ranks [start, end) of the members between two bounds; meaningful only if all scores are equal. */
  lexRange(min: LexBound, max: LexBound): readonly [number, number] {
    const start = this.countBefore(({ member }) => below(member, min, true))
    const end = this.countBefore(({ member }) => below(member, max, false))
    return [start, Math.max(start, end)]
  }

  private link(item: Scored): void {
    const less = (each: Scored): boolean => before(each, item.score, item.member)
    let index = this.chunks.findIndex((chunk) => {
      const last = chunk[chunk.length - 1]
      return last !== undefined && !less(last)
    })
    if (index < 0) index = Math.max(0, this.chunks.length - 1)
    const chunk = this.chunks[index]
    if (!chunk) {
      this.chunks.push([item])
      return
    }
    chunk.splice(firstNot(chunk, less), 0, item)
    if (chunk.length > CHUNK) this.chunks.splice(index + 1, 0, chunk.splice(CHUNK / 2))
  }

  private unlink(member: string, score: number): void {
    const less = (each: Scored): boolean => before(each, score, member)
    const index = this.chunks.findIndex((chunk) => {
      const last = chunk[chunk.length - 1]
      return last !== undefined && !less(last)
    })
    const chunk = this.chunks[index]
    if (!chunk) return
    chunk.splice(firstNot(chunk, less), 1)
    if (chunk.length === 0) this.chunks.splice(index, 1)
  }
}

function firstNot(chunk: readonly Scored[], less: (each: Scored) => boolean): number {
  let low = 0
  let high = chunk.length
  while (low < high) {
    const middle = (low + high) >> 1
    const each = chunk[middle]
    if (each && less(each)) low = middle + 1
    else high = middle
  }
  return low
}

function below(member: string, bound: LexBound, isMin: boolean): boolean {
  if (bound === '-') return false
  if (bound === '+') return true
  if (member < bound.value) return true
  return member === bound.value && (isMin ? bound.open : !bound.open)
}
