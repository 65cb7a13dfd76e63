import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import SyncDatabase from 'libsql'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { bundleForNode } from './testing/bundle.mjs'

let program: string
beforeAll(async () => {
  program = await bundleForNode(join(import.meta.dirname, 'testing/acting.ts'))
})
afterAll(() => rmSync(program, { force: true }))

const KINDS = ['source', 'audit', 'view', 'session'] as const
type Kind = (typeof KINDS)[number]

/** What each kind of act leaves, by its number. */
const TRACES: Readonly<Record<Kind, string>> = {
  source: `SELECT replace(m.id, 'source ', '') AS n FROM source m JOIN script s ON s.hash = m.hash WHERE s.body LIKE 'GB(%'`,
  audit: `SELECT replace(target, 'target ', '') AS n FROM audit`,
  view: `SELECT replace(name, 'view ', '') AS n FROM saved_view`,
  session: `SELECT replace(digest, 'digest ', '') AS n FROM session`,
}

function inDatabase(directory: string): Readonly<Record<Kind, ReadonlySet<number>>> {
  const db = new SyncDatabase(join(directory, 'history.db'))
  expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  const numbers = (kind: Kind) => new Set(db.prepare(TRACES[kind]).raw().all().flat().map(Number))
  const all = { source: numbers('source'), audit: numbers('audit'), view: numbers('view'), session: numbers('session') }
  db.close()
  return all
}

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'gearboard-acts-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

interface State {
  readonly role: string
  readonly reason: string | null
  readonly troubled: boolean
  readonly load: { readonly writes: boolean; readonly length: number }
  readonly audit: number | null
}

/** People who act, as a process; what it prints so far. */
class Acting {
  readonly kept: Readonly<Record<Kind, number[]>> = { source: [], audit: [], view: [], session: [] }
  readonly refused: Readonly<Record<Kind, Map<number, string>>> = {
    source: new Map(),
    audit: new Map(),
    view: new Map(),
    session: new Map(),
  }
  state: State | undefined
  errors = ''
  private readonly child: ChildProcess
  private readonly read: Promise<void>

  /** @param blocks of 512 bytes that one file may have: to its writer, a full disk */
  constructor(
    args: readonly string[],
    { blocks, onKept }: { readonly blocks?: number; readonly onKept?: (all: number, kill: () => void) => void } = {},
  ) {
    const limit = blocks === undefined ? '' : `ulimit -S -f ${blocks}; `
    this.child = spawn('sh', ['-c', `${limit}exec "$0" "$@"`, process.execPath, program, ...args])
    onTestFinished(() => void this.child.kill('SIGKILL'))
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.errors += chunk
    })
    const { stdout } = this.child
    if (!stdout) throw new Error('it has no standard output')
    this.read = (async () => {
      let all = 0
      for await (const line of createInterface({ input: stdout })) {
        const [, what, kind, n, words = ''] = /^(kept|refused) (\w+) (\d+) ?(.*)$/.exec(line) ?? []
        const known = KINDS.find((each) => each === kind)
        if (line.startsWith('state ')) this.state = JSON.parse(line.slice(6))
        else if (known && what === 'refused') this.refused[known].set(Number(n), words)
        else if (known) {
          this.kept[known].push(Number(n))
          onKept?.(++all, () => this.child.kill('SIGKILL'))
        }
      }
    })()
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  /** Resolves with its exit status when all that it printed is read. */
  async ended(signal?: NodeJS.Signals): Promise<number | null> {
    const exit = once(this.child, 'close')
    if (signal) this.child.kill(signal)
    const [status] = await exit
    await this.read
    return typeof status === 'number' ? status : null
  }

  until(holds: (state: State) => boolean): Promise<void> {
    return expect
      .poll(() => (this.state && holds(this.state)) || JSON.stringify([this.state, this.errors.slice(-500)]), {
        timeout: 30_000,
      })
      .toBe(true)
  }
}

describe.concurrent('killed right after an act was acknowledged', () => {
  it.each([
    [1, 90],
    [1, 157],
    [8, 211],
    [20, 400],
  ])('%i at a time: of %i acts each is there', async (atOnce, most) => {
    const directory = mkdtempSync(join(tmpdir(), 'gearboard-acts-'))
    try {
      const acting = new Acting([directory, String(atOnce)], { onKept: (all, kill) => all === most && kill() })
      expect(await acting.ended()).toBeNull()
      const there = inDatabase(directory)
      for (const kind of KINDS) {
        expect(acting.kept[kind].length).toBeGreaterThan(10)
        expect(acting.kept[kind].filter((n) => !there[kind].has(n))).toEqual([])
        expect([...acting.refused[kind]]).toEqual([])
      }
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  })
})

/** Acts that were refused for now, and wait: not those that came as it ended. */
const waiting = ({ refused }: Acting, kind: Kind): number[] =>
  [...refused[kind]].flatMap(([n, words]) => (words.includes('is stopping') ? [] : [n]))

describe('a disk that is full', () => {
  it('is said with what helps; acts are refused, and what waits at the end is on standard error, acts first', async () => {
    const directory = newDirectory()
    const acting = new Acting([directory, '4'], { blocks: 3000 })
    await acting.until(({ troubled }) => troubled)
    await expect.poll(() => KINDS.every((kind) => acting.refused[kind].size > 0)).toBe(true)
    expect(acting.state).toMatchObject({
      role: 'writer',
      reason: expect.stringMatching(/^Cannot write the history: the disk with .* \(.+\)\. /),
      load: { writes: false },
    })
    for (const kind of KINDS)
      expect([...acting.refused[kind].values()][0]).toMatch(/^HistoryError: Cannot write the history: the disk with /)
    expect(acting.errors.includes('Cannot write the history')).toBe(true)
    expect(await acting.ended('SIGTERM')).toBe(75)

    const lines = acting.errors.split('\n').filter((line) => line.includes('"not written to the history"'))
    const rows: { readonly kind: string; readonly entry: Record<string, unknown> }[] = lines.map((line) =>
      JSON.parse(line),
    )
    const told = /gearboard: [\d,]+ entries could not be written to the history and are printed above as JSON/
    expect(told.test(acting.errors)).toBe(true)
    const isAct = ({ kind }: (typeof rows)[number]) => kind === 'audit' || kind === 'source'
    expect(rows.findLastIndex(isAct)).toBeLessThan(rows.findIndex((row) => !isAct(row)))
    const there = inDatabase(directory)
    for (const kind of KINDS) expect([kind, acting.kept[kind].filter((n) => !there[kind].has(n))]).toEqual([kind, []])
    const dumped = {
      audit: new Set(
        rows.filter(({ kind }) => kind === 'audit').map(({ entry }) => Number(String(entry.target).slice(7))),
      ),
      source: new Set(
        rows.filter(({ kind }) => kind === 'source').map(({ entry }) => Number(String(entry.id).slice(7))),
      ),
    }
    for (const kind of ['audit', 'source'] as const)
      expect(waiting(acting, kind).filter((n) => !there[kind].has(n) && !dumped[kind].has(n))).toEqual([])
    expect(rows.find(({ kind }) => kind === 'source')?.entry.script).toMatch(/^GB\(/)
  })

  const canRaise = existsSync('/usr/bin/prlimit')
  it.runIf(canRaise)('is tried again: what waited is written, and said to be', async () => {
    const directory = newDirectory()
    const acting = new Acting([directory, '2'], { blocks: 2000 })
    await acting.until(({ troubled }) => troubled)
    execFileSync('prlimit', ['--pid', String(acting.pid), '--fsize=unlimited'])
    await acting.until(({ troubled, load }) => !troubled && load.writes)
    expect(acting.errors.includes('The history is being written again.')).toBe(true)
    expect(await acting.ended('SIGTERM')).toBe(0)
    const there = inDatabase(directory)
    for (const kind of ['audit', 'source'] as const)
      expect(waiting(acting, kind).filter((n) => !there[kind].has(n))).toEqual([])
  })

  it.runIf(canRaise)('at the start: what is there is read, and written to as soon as that is possible', async () => {
    const directory = newDirectory()
    const first = new Acting([directory, '1', '20'])
    await first.until(({ audit }) => (audit ?? 0) >= 20)
    await first.ended('SIGTERM')
    const acting = new Acting([directory, '1', '0'], { blocks: 0 })
    await acting.until(({ role, troubled, audit }) => role === 'reader' && troubled && (audit ?? 0) >= 20)
    expect(acting.state?.reason).toMatch(/^Cannot write the history: .* disk with /)
    execFileSync('prlimit', ['--pid', String(acting.pid), '--fsize=unlimited'])
    await acting.until(({ role, reason }) => role === 'writer' && reason === null)
    expect(await acting.ended('SIGTERM')).toBe(0)
  })
})

describe('a directory that is read-only at the start', () => {
  it.each(['with its log', 'without a log'])('is read, and written to as soon as that is possible: %s', async (log) => {
    const directory = newDirectory()
    const first = new Acting([directory, '1', '7'])
    await first.until(({ audit }) => audit === 7)
    await first.ended('SIGKILL')
    if (log === 'without a log') {
      const db = new SyncDatabase(join(directory, 'history.db'))
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      db.close()
      for (const suffix of ['-wal', '-shm']) rmSync(join(directory, `history.db${suffix}`), { force: true })
    }
    // Root ignores read-only modes, so the process switches to the user `nobody`.
    const isRoot = process.getuid?.() === 0
    const setTo = (mode: number, fileMode: number) => {
      for (const name of readdirSync(directory)) chmodSync(join(directory, name), fileMode)
      chmodSync(directory, mode)
    }
    setTo(0o555, 0o444)
    const acting = new Acting([directory, '1', '0', ...(isRoot ? ['65534'] : [])])
    await acting.until(({ role, audit }) => role === 'reader' && audit === 7)
    expect(acting.state).toMatchObject({ troubled: true, reason: expect.stringMatching(/read-only|Cannot open/) })
    setTo(0o777, 0o666)
    if (log === 'with its log') {
      await acting.until(({ reason }) => reason?.includes('restart Gearboard') === true)
      await acting.ended('SIGTERM')
      const next = new Acting([directory, '1', '0'])
      await next.until(({ role, reason, audit }) => role === 'writer' && reason === null && audit === 7)
      return
    }
    await acting.until(({ role, reason, audit }) => role === 'writer' && reason === null && audit === 7)
    expect(await acting.ended('SIGTERM')).toBe(0)
  })
})
