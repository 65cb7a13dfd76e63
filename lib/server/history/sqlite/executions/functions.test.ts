import { describe, expect, it } from 'vitest'
import type { FunctionQuery } from '@/lib/model/record/function-history'
import { execution, idOf, open, part, source, T0 } from '@/lib/server/history/testing/index'

const HOUR = 3_600_000
const ask = (query: Partial<FunctionQuery> = {}): FunctionQuery => ({
  connection: 'default',
  from: T0,
  to: T0 + HOUR,
  ...query,
})
const submission = (name: string, sourceId: string) => ({ kind: 'submission', name, sourceId }) as const
const registration = (name: string, registrationId: string) =>
  ({ kind: 'registration', name, registrationId, inferred: true }) as const

describe('runs by function', () => {
  it('count by outcome, and take the durations of those that ended by themselves', async () => {
    const history = open()
    const origin = submission('rollup', 's1')
    for (let i = 1; i <= 10; i++) history.executions.record('default', execution(i, { origin, durationMs: 10 * i }))
    history.executions.record('default', execution(11, { origin, outcome: 'failed', durationMs: 500 }))
    history.executions.record('default', execution(12, { origin, outcome: 'aborted', durationMs: 9000 }))
    history.executions.record('default', execution(13, { origin, outcome: 'unknown', durationMs: null }))
    history.executions.record('default', execution(14, { origin, outcome: 'running', durationMs: null, endSeen: null }))
    history.executions.record('other', execution(15, { origin }))
    await history.flush()
    const { functions, executions, searchedTo, omitted } = await history.executions.functions(ask({ points: 1 }))
    expect({ executions, searchedTo, omitted }).toEqual({ executions: 13, searchedTo: null, omitted: 0 })
    expect(functions).toEqual([
      {
        subject: { kind: 'submission', name: 'rollup' },
        count: 13,
        ok: 10,
        failed: 1,
        aborted: 1,
        unknown: 1,
        timed: 11,
        p50: 60,
        p95: 500,
        p99: 500,
        max: 500,
        total: 1050,
        versions: [],
        change: null,
        points: [expect.objectContaining({ count: 13, p50: 60 })],
      },
    ])
  })

  it('give a point for each step with runs, and none for the others', async () => {
    const history = open()
    const origin = submission('rollup', 's1')
    for (const second of [0, 1, 600, 601, 602])
      history.executions.record(
        'default',
        execution(second + 1, { origin, firstSeen: T0 + 1000 * second, durationMs: second }),
      )
    await history.flush()
    const { functions, stepMs } = await history.executions.functions(ask({ points: 61 }))
    expect(stepMs).toBe(60_000)
    const start = Math.floor(T0 / stepMs) * stepMs
    expect(functions[0]?.points.map(({ at, count, max }) => [at - start, count, max])).toEqual([
      [0, 2, 1],
      [600_000, 3, 602],
    ])
  })

  it('follow a registration by its name over upgrades, and an unknown origin by its plan', async () => {
    const history = open()
    history.executions.record('default', execution(1, { origin: registration('stream orders', 'r-1') }))
    history.executions.record('default', execution(2, { origin: registration('stream orders', 'r-2') }))
    const steps = (address: string) => [
      { type: 'map', name: 'm', arg: `<function parse at 0x${address}>`, durationMs: null, global: false },
    ]
    history.executions.record('default', execution(3), { parts: [part({ steps: steps('7f01') })] })
    history.executions.record('default', execution(4), { parts: [part({ steps: steps('7f99') })] })
    history.executions.record('default', execution(5), { parts: [part({ steps: [] })] })
    history.executions.record('default', execution(6))
    await history.flush()
    const { functions } = await history.executions.functions(ask())
    expect(
      functions.map(({ subject, count }) => [subject.kind, 'name' in subject ? subject.name : null, count]),
    ).toEqual(
      expect.arrayContaining([
        ['registration', 'stream orders', 2],
        ['plan', 'map parse', 2],
        ['plan', 'no steps', 1],
        ['unknown', null, 1],
      ]),
    )
    expect(functions.find(({ subject }) => subject.kind === 'registration')?.subject).toMatchObject({ id: 'r-2' })
    const plan = functions.flatMap(({ subject }) =>
      subject.kind === 'plan' && subject.name === 'map parse' ? subject.plan : [],
    )
    expect((await history.executions.functions(ask({ plan: plan[0] ?? '' }))).executions).toBe(2)
    expect((await history.executions.functions(ask({ name: 'stream orders' }))).executions).toBe(2)
  })

  it('say since when, and after which version, they take longer', async () => {
    const history = open()
    for (const [id, version] of [
      ['s1', 1],
      ['s2', 2],
    ] as const)
      history.sources.record(
        source(id, { at: T0 + 1000 * (version === 1 ? 1 : 101), name: 'rollup' }),
        `version ${version}`,
      )
    for (let i = 1; i <= 200; i++) {
      const second = i > 100
      history.executions.record(
        'default',
        execution(i, { origin: submission('rollup', second ? 's2' : 's1'), durationMs: (second ? 31 : 14) + (i % 3) }),
      )
    }
    await history.flush()
    const { functions } = await history.executions.functions(ask({ name: 'rollup' }))
    expect(functions).toMatchObject([
      {
        versions: [
          { version: 1, at: T0 + 1000 },
          { version: 2, at: T0 + 101_000 },
        ],
        change: { at: T0 + 101_000, version: 2, before: { count: 100, p95: 16 }, after: { count: 100, p95: 33 } },
      },
    ])
  })

  it('know the version of a registration by the submission that made it', async () => {
    const history = open()
    for (const n of [1, 2])
      history.sources.record(
        source(`s${n}`, { at: T0 + n, name: 'orders', outcome: 'registered', registrations: [idOf(n)] }),
        `version ${n}`,
      )
    for (let i = 1; i <= 60; i++)
      history.executions.record(
        'default',
        execution(i, { origin: registration('stream orders', idOf(i > 30 ? 2 : 1)), durationMs: i > 30 ? 90 : 10 }),
      )
    await history.flush()
    const { functions } = await history.executions.functions(ask())
    expect(functions[0]?.change).toMatchObject({ version: 2, before: { p95: 10 }, after: { p95: 90 } })
  })

  it('refuse a range that is none', async () => {
    await expect(open().executions.functions(ask({ to: T0 }))).rejects.toThrow('from before to')
    await expect(open().executions.functions(ask({ points: 501 }))).rejects.toThrow(
      'points: must be a whole number from 1 to 500',
    )
  })
})
