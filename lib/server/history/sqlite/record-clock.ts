import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { uptime } from 'node:os'
import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import { readable, Tally } from './readable'
import { fields } from './sql-text'
import { type Reading, toBatchJson, type Writing } from './sqlite'

/** A steady clock that outlives this process: it counts from the machine's start, sleep included. */
export interface TimeSinceBoot {
  /** Which start of the machine. */
  readonly boot: string
  readonly ms: number
}

export interface Clocks {
  /** ms since the epoch; any administrator may set it. */
  wall(): number
  /** On a steady clock, ms: read often. */
  steady(): number
  lasting(): TimeSinceBoot
}

/** Where the system does not tell its start, this process is all that is known. */
const BOOT: string = (() => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return randomUUID()
  }
})()

export const machineClocks = (wall: () => number): Clocks => ({
  wall,
  steady: steadyMs,
  lasting: () => ({ boot: BOOT, ms: Math.round(uptime() * 1000) }),
})

/**
 * A stretch over which wall clock and steady clock agree. `spent` is the time that is known to have passed since the first era began: it
 * converts the wall-clock time of a record into its true age.
 */
interface Era {
  spentFrom: number
  spentTo: number
  wallFrom: number
  wallTo: number
  /** Time before it that only the wall clock shows, because the machine was off or its clock was set: not counted yet. */
  unproven: number
}

/** Moments on the wall, both included. */
export interface Range {
  readonly from: number
  readonly to: number
}

/**
 * Stamps that are old: all before `before`, and those in `old`, but for those in `young`, which a clock that was set has shown twice. A stamp
 * that no clock was seen to show is of unknown age.
 */
export interface Old {
  readonly before: number
  readonly old: readonly Range[]
  readonly young: readonly Range[]
}

/** A step of the wall that nothing else confirms. */
export interface Jump {
  /** By so much on, or back where it is negative, ms. */
  readonly byMs: number
  /** `set`: the steady clock continued meanwhile. `off`: the machine was off or Gearboard ended, so the time that passed is unknown. */
  readonly kind: 'set' | 'off'
}

/** Less is no jump: clocks are corrected by a little all the time, ms. */
const JUMP_MS = 60_000
/** Stamps are made a little before or after they are seen here, ms. */
const SLACK_MS = 10 * 60_000
const MOST_ERAS = 64

/**
 * How old records are. What they carry is the wall's time, which may jump; their age is the steady time since. A jump begins another era, and
 * ages continue over it as if nothing had happened, in both directions. Time that cannot be proven, over a restart of the machine, is believed as
 * slowly as it could have been lived through: an hour for each hour that passes. So no clock makes a record older than twice the time that it
 * was watched, and one that was off for a week has caught up after a week.
 */
export class RecordClock {
  private readonly eras: Era[]
  private last: { readonly lasting: TimeSinceBoot; readonly steady: number; readonly wall: number }
  /** What happened between the last entry of an earlier Gearboard and now; undefined if time just passed. */
  readonly began: Jump | undefined

  /** @param kept what an earlier Gearboard left. @param newest the newest stamp in history, where no era is in history yet */
  constructor(
    private readonly clocks: Clocks,
    kept: StoredClock | undefined,
    newest: number | undefined,
  ) {
    this.last = { lasting: clocks.lasting(), steady: clocks.steady(), wall: clocks.wall() }
    const { wall } = this.last
    const [first, ...others] = kept?.eras ?? (newest === undefined ? [] : [beginning(0, newest)])
    this.eras = first ? [{ ...first }, ...others.map((era) => ({ ...era }))] : [beginning(0, wall)]
    this.began = first && this.resume(kept?.lasting)
  }

  /** ms: the time that only the wall clock shows, not counted yet. */
  get unproven(): number {
    return this.eras.reduce((sum, era) => sum + era.unproven, 0)
  }

  /** Cheap, for each stamp: whether `advance` has something to find. */
  get isOff(): boolean {
    const { steady, wall } = this.last
    return Math.abs(this.clocks.wall() - wall - (this.clocks.steady() - steady)) > JUMP_MS
  }

  /** Advances to now; returns the jump that it found. */
  advance(): Jump | undefined {
    const { lasting, wall } = this.last
    this.last = { lasting: this.clocks.lasting(), steady: this.clocks.steady(), wall: this.clocks.wall() }
    return this.letPass(Math.max(0, this.last.lasting.ms - lasting.ms), this.last.wall - wall)
  }

  /** Which stamps are older than `ageMs` for certain. Bounded in size. */
  olderThan(ageMs: number): Old {
    const since = this.current.spentTo - ageMs
    const young: Range[] = []
    const old: Range[] = []
    for (const [at, era] of this.eras.entries()) {
      const to = Math.ceil(era.wallTo + SLACK_MS)
      if (era.spentTo < since) {
        old.push({ from: Math.floor(era.wallFrom - SLACK_MS), to })
        continue
      }
      // Entries before the first era are as old as the wall clock says.
      const from = Math.floor(at === 0 || since > era.spentFrom ? wallAt(era, since) : era.wallFrom - SLACK_MS)
      young.push({ from, to })
      if (from > era.wallFrom) old.push({ from: Math.floor(era.wallFrom - SLACK_MS), to: from - 1 })
    }
    return { before: Math.min(...young.map(({ from }) => from)), old, young }
  }

  /** Forgets eras that say nothing more of stamps that old. */
  forget(ageMs: number): void {
    const { before } = this.olderThan(ageMs)
    while (this.eras.length > 1 && (this.eras[0]?.wallTo ?? before) + SLACK_MS < before) this.eras.shift()
  }

  get kept(): StoredClock {
    return { eras: this.eras, lasting: this.last.lasting }
  }

  private get current(): Era {
    const era = this.eras.at(-1)
    if (!era) throw new Error('there is always an era')
    return era
  }

  private resume(before: TimeSinceBoot | undefined): Jump | undefined {
    const { lasting, wall } = this.last
    const { spentTo, wallTo } = this.current
    const gap = wall - wallTo
    if (before && before.boot === lasting.boot && before.ms <= lasting.ms)
      return this.letPass(lasting.ms - before.ms, gap)
    if (Math.abs(gap) <= JUMP_MS) {
      this.letPass(Math.max(0, gap), gap)
      return undefined
    }
    this.begin({ ...beginning(spentTo, wall), unproven: Math.max(0, gap) })
    return { byMs: gap, kind: 'off' }
  }

  private letPass(steadyPassed: number, wallPassed: number): Jump | undefined {
    const { current } = this
    this.believe(steadyPassed)
    const wall = current.wallTo + wallPassed
    const byMs = wallPassed - steadyPassed
    if (Math.abs(byMs) <= JUMP_MS) {
      current.spentTo += steadyPassed
      current.wallTo = wall
      return undefined
    }
    this.begin(beginning(current.spentTo + steadyPassed, wall))
    return { byMs, kind: 'set' }
  }

  /** The oldest doubt first: what came earlier it gets older by what is believed. */
  private believe(ms: number): void {
    const at = this.eras.findIndex(({ unproven }) => unproven > 0)
    const doubtful = this.eras[at]
    if (!doubtful) return
    const believed = Math.min(doubtful.unproven, ms)
    doubtful.unproven -= believed
    for (const era of this.eras.slice(0, at)) {
      era.spentFrom -= believed
      era.spentTo -= believed
    }
  }

  private begin(era: Era): void {
    this.eras.push(era)
    if (this.eras.length <= MOST_ERAS) return
    const [a, b, ...others] = this.eras
    if (!a || !b) return
    // Of two, what makes nothing older.
    const both: Era = {
      spentFrom: Math.max(a.spentFrom, b.spentFrom),
      spentTo: Math.max(a.spentTo, b.spentTo),
      wallFrom: Math.min(a.wallFrom, b.wallFrom),
      wallTo: Math.max(a.wallTo, b.wallTo),
      unproven: a.unproven,
    }
    this.eras.splice(0, this.eras.length, both, ...others)
  }
}

const beginning = (spent: number, wall: number): Era => ({
  spentFrom: spent,
  spentTo: spent,
  wallFrom: wall,
  wallTo: wall,
  unproven: 0,
})

/** Counted from both ends, since clocks are corrected in between: the earlier one keeps more. */
const wallAt = ({ spentFrom, spentTo, wallFrom, wallTo }: Era, spent: number): number =>
  Math.min(wallFrom + spent - spentFrom, wallTo + spent - spentTo)

/** What the next Gearboard continues from. */
export interface StoredClock {
  readonly eras: readonly Readonly<Era>[]
  readonly lasting: TimeSinceBoot
}

const KIND = 'era'
const COLUMNS = ['spent_from', 'spent_to', 'wall_from', 'wall_to', 'unproven', 'boot', 'lasting_ms'] as const

export const keepClock = (writing: Writing, { eras, lasting }: StoredClock): Promise<void> =>
  writing.write(
    new Map([
      [
        KIND,
        toBatchJson(
          eras.map(({ spentFrom, spentTo, wallFrom, wallTo, unproven }) => ({
            spent_from: Math.round(spentFrom),
            spent_to: Math.round(spentTo),
            wall_from: Math.round(wallFrom),
            wall_to: Math.round(wallTo),
            unproven: Math.round(unproven),
            boot: lasting.boot,
            lasting_ms: Math.round(lasting.ms),
          })),
        ),
      ],
    ]),
    `DELETE FROM era; INSERT INTO era (${COLUMNS.join(', ')})
       SELECT ${fields(COLUMNS)} FROM temp.batch r WHERE r.kind = '${KIND}' ORDER BY r.rowid`,
    'written',
  )

/** Undefined where no Gearboard kept one yet, or what it kept is damaged. */
export function keptClock(reading: Reading): StoredClock | undefined {
  const rows = reading.all('SELECT * FROM era ORDER BY id')
  const last = rows.at(-1)
  if (!last) return undefined
  const tally = new Tally()
  const eras = readable(
    rows,
    (row) => ({
      spentFrom: row.number('spent_from'),
      spentTo: row.number('spent_to'),
      wallFrom: row.number('wall_from'),
      wallTo: row.number('wall_to'),
      unproven: row.number('unproven'),
    }),
    tally,
  )
  const [lasting] = readable([last], (row) => ({ boot: row.text('boot'), ms: row.number('lasting_ms') }), tally)
  return lasting && tally.unreadable === 0 ? { eras, lasting } : undefined
}

/** The newest stamp in history; undefined where nothing is. */
export function newestStamp(reading: Reading): number | undefined {
  const stamps = [
    reading.first('SELECT first_seen AS at FROM execution ORDER BY id DESC LIMIT 1'),
    reading.first('SELECT at FROM audit ORDER BY id DESC LIMIT 1'),
    reading.first('SELECT at FROM source ORDER BY number DESC LIMIT 1'),
  ].flatMap((row) => row?.numberOrNull('at') ?? [])
  return stamps.length > 0 ? Math.max(...stamps) : undefined
}
