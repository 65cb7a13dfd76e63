import { describe, expect, it } from 'vitest'
import { allErrors, type Execution } from '@/lib/model/executions/execution'
import type { ExecutionQuery } from '@/lib/model/record/history'
import { execution, idOf, open, part, source, T0, traceback } from '@/lib/server/history/testing/index'
import type { HistoryStore } from '../..'

const REGISTRATION = { kind: 'registration', name: 'on user:*', registrationId: idOf(7), inferred: true } as const

async function record(history: HistoryStore, ...rows: readonly Execution[]): Promise<void> {
  for (const row of rows) history.executions.record('default', row)
  await history.flush()
}

const keysOf = async (history: HistoryStore, query: Partial<ExecutionQuery> = {}) =>
  (await history.executions.page({ connection: 'default', ...query })).executions.map(({ key }) => key)

describe('what is remembered of an execution', () => {
  it('is what was recorded', async () => {
    const history = open()
    const failed = execution(1, {
      outcome: 'failed',
      errors: 2,
      firstError: "KeyError: 'currency'",
      registered: true,
      origin: REGISTRATION,
      precisionMs: null,
      coverage: { answered: 2, of: 3 },
    })
    const aborted = execution(2, {
      status: 'aborted',
      outcome: 'aborted',
      abortCause: 'idle',
      results: null,
      errors: null,
    })
    await record(history, failed, aborted)
    const { executions } = await history.executions.page({ connection: 'default' })
    expect(executions).toEqual([
      { ...aborted, identity: null, live: false, epoch: 1 },
      { ...failed, identity: null, live: false, epoch: 1 },
    ])
  })

  it('follows the changes of a row, whether they come in one batch or in several', async () => {
    const history = open()
    const running = execution(1, {
      status: 'running',
      outcome: 'running',
      results: null,
      errors: null,
      durationMs: null,
      endSeen: null,
    })
    history.executions.record('default', { ...running, status: 'created', outcome: 'waiting' })
    await record(history, running)
    expect(history.executions.one('default', idOf(1))).toMatchObject({ outcome: 'running', epoch: 1, endSeen: null })
    const done = execution(1, { firstSeen: running.firstSeen, endSeen: running.firstSeen + 4000 })
    await record(history, done)
    expect(history.executions.one('default', idOf(1))).toMatchObject({
      outcome: 'ok',
      resultCount: 3,
      endSeen: done.endSeen,
    })
    expect(await keysOf(history)).toEqual([idOf(1)])
  })

  it('keeps connections apart', async () => {
    const history = open()
    history.executions.record('one', execution(1))
    history.executions.record('two', execution(1, { outcome: 'failed' }))
    await history.flush()
    expect(history.executions.one('one', idOf(1))?.outcome).toBe('ok')
    expect(history.executions.one('two', idOf(1))?.outcome).toBe('failed')
    expect(history.executions.one('three', idOf(1))).toBeUndefined()
  })

  it('survives ids, names and errors of any characters', async () => {
    const history = open()
    const hostile = 'a\0b \ud800 \\u0000 "\u2028\' \u202e <b>%_\\'
    const row = execution(1, {
      id: `${hostile}-1`,
      outcome: 'failed',
      firstError: hostile,
      origin: { kind: 'submission', name: hostile, sourceId: hostile },
    })
    history.executions.record('default', row, {
      parts: [part({ errors: [hostile] })],
      results: [hostile, null, 7, [{ error: hostile }, { status: 'OK' }, { base64: '/w==' }]],
    })
    await history.flush()
    const [shown] = (await history.executions.page({ connection: 'default', filter: '"<B>%_\\\\"' })).executions
    // NUL and half a surrogate pair, which SQLite's text cannot hold, are replaced where a column holds the text …
    expect(shown?.firstError).toBe('a\ufffdb \ufffd \\u0000 "\u2028\' \u202e <b>%_\\')
    const detail = history.executions.one('default', shown?.key ?? '')
    // … and kept exactly in what is JSON.
    expect(detail?.errors).toEqual([hostile])
    expect(detail?.results).toEqual([hostile, null, 7, [{ error: hostile }, { status: 'OK' }, { base64: '/w==' }]])
  })
})

describe('the detail of an execution', () => {
  it('has its parts, errors, results and source', async () => {
    const history = open()
    const text = traceback('ValueError', 4, 'bad value')
    const parts = [part({ shard: 'a', errors: [text] }), part({ shard: 'b', steps: [] })]
    const row = execution(1, { outcome: 'failed', origin: { kind: 'submission', name: 'word-count', sourceId: 's1' } })
    history.sources.record(source('s1', { options: { description: 'word count' } }), 'GB().run()')
    history.executions.record('default', row, { parts })
    await history.flush()
    history.executions.record('default', row, { parts, results: ['one', 'two'] })
    await history.flush()
    // A later report without results does not take them away.
    history.executions.record('default', row, { parts })
    await history.flush()
    expect(history.executions.one('default', idOf(1))).toMatchObject({
      read: true,
      parts,
      errors: [text],
      results: ['one', 'two'],
      resultCount: 3,
      profiled: false,
      planFingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      source: { script: 'GB().run()', requirements: ['redis==3.5.3'], givenName: 'word count' },
      cut: { results: false, errors: false, steps: false },
    })
  })

  it('says that no shard was asked, instead of showing no errors', async () => {
    const history = open()
    await record(history, execution(1, { outcome: 'unknown', errors: null, results: null }))
    expect(history.executions.one('default', idOf(1))).toMatchObject({
      read: false,
      parts: [],
      resultCount: null,
      results: null,
    })
  })

  it('cuts long texts and says so', async () => {
    const history = open()
    const long = 'x'.repeat(50_000)
    history.executions.record('default', execution(1), {
      parts: [part({ errors: [long, long, long] }), part({ errors: ['last'] })],
      results: [long, long, 'small'],
    })
    await history.flush()
    const detail = history.executions.one('default', idOf(1))
    expect(detail?.cut).toEqual({ results: true, errors: true, steps: false })
    expect(detail?.results).toEqual([long])
    expect(detail?.errors).toHaveLength(4)
    for (const text of detail?.errors.slice(0, 3) ?? [])
      expect(text).toMatch(/^x{9,}… 3[\d,]+ characters left out …x+$/)
  })

  it.each([
    ['100 short errors', Array.from({ length: 100 }, (_, i) => `error ${i} ${'x'.repeat(1000)}`), 0],
    ['100 long errors', Array.from({ length: 100 }, () => traceback('ValueError', 4, 'x'.repeat(9000))), 0],
    ['of 250 that the hub had cut already', Array.from({ length: 100 }, () => 'short'), 150],
  ])('tells as many errors as there were: %s', async (_, errors, errorsLeftOut) => {
    const history = open()
    const all = errors.length + errorsLeftOut
    const told = part({ errors, ...(errorsLeftOut > 0 && { errorsLeftOut }) })
    history.executions.record('default', execution(1, { outcome: 'failed', errors: all }), { parts: [told] })
    await history.flush()
    const detail = history.executions.one('default', idOf(1))
    const kept = detail?.parts[0]
    expect((kept?.errors.length ?? 0) + (kept?.errorsLeftOut ?? 0)).toBe(all)
    expect(detail?.errorCount).toBe(all)
    expect(detail && allErrors(detail)).toBe(all)
    expect(JSON.stringify(kept?.errors).length).toBeLessThan(80_000)
  })

  it('counts the steps that it has no room for', async () => {
    const history = open()
    const steps = Array.from({ length: 300 }, (_, i) => ({
      type: 'map',
      name: `step${i}`,
      arg: 'y'.repeat(i === 0 ? 10_000 : 500),
      durationMs: null,
      global: false,
    }))
    history.executions.record('default', execution(1), { parts: [part({ steps })] })
    await history.flush()
    const detail = history.executions.one('default', idOf(1))
    const kept = detail?.parts[0]
    expect(detail?.cut.steps).toBe(true)
    expect(kept?.steps[0]?.arg).toContain('characters left out')
    expect((kept?.steps.length ?? 0) + (kept?.stepsLeftOut ?? 0)).toBe(300)
    expect(kept?.stepsLeftOut).toBeGreaterThan(100)
  })
})

describe('equal ids of different server lives', () => {
  const before = execution(1, { firstSeen: T0, precisionMs: 500 })
  const after = execution(1, { firstSeen: T0 + 60_000, precisionMs: 500, outcome: 'failed' })

  async function epochsAfter(rows: readonly (readonly [Execution, string | null])[]): Promise<Record<number, string>> {
    const history = open()
    for (const [row, runId] of rows) {
      history.executions.record('default', row, { runId })
      await history.flush()
    }
    const { executions } = await history.executions.page({ connection: 'default' })
    return Object.fromEntries(executions.map(({ epoch, outcome }) => [epoch, outcome]))
  }

  it('do not overwrite one another when the run id differs', async () => {
    const lookedAtFirst = { ...after, precisionMs: null }
    expect(
      await epochsAfter([
        [before, 'run-a'],
        [lookedAtFirst, 'run-b'],
      ]),
    ).toEqual({ 1: 'ok', 2: 'failed' })
  })

  it('do not when the second appeared before our eyes, and no run id is known', async () => {
    expect(
      await epochsAfter([
        [before, null],
        [after, null],
      ]),
    ).toEqual({ 1: 'ok', 2: 'failed' })
  })

  it('do not when what was over runs again', async () => {
    const running = { ...after, precisionMs: null, status: 'running', outcome: 'running' } as const
    expect(
      await epochsAfter([
        [before, null],
        [running, null],
      ]),
    ).toEqual({ 1: 'ok', 2: 'running' })
  })

  it('are one execution to a Gearboard that has restarted', async () => {
    const seenAgain = {
      ...before,
      firstSeen: T0 + 60_000,
      endSeen: T0 + 60_000,
      precisionMs: null,
      outcome: 'unknown',
    } as const
    const history = open()
    await record(history, before, seenAgain)
    const [row, ...others] = (await history.executions.page({ connection: 'default' })).executions
    expect(others).toEqual([])
    // What the earlier Gearboard knew stays; what this one learns next is added.
    expect(row).toMatchObject({ epoch: 1, outcome: 'ok', firstSeen: T0, precisionMs: 500, endSeen: before.endSeen })
    await record(history, { ...seenAgain, outcome: 'ok', results: 5 })
    expect(history.executions.one('default', idOf(1))).toMatchObject({ epoch: 1, resultCount: 5 })
  })

  it('are told apart within one batch, and each can be asked for', async () => {
    const history = open()
    history.executions.record('default', before)
    history.executions.record('default', after)
    history.executions.record('default', { ...before, lastSeen: T0 + 30_000 })
    await history.flush()
    expect(history.executions.one('default', idOf(1))).toMatchObject({ epoch: 2, outcome: 'failed' })
    expect(history.executions.one('default', idOf(1), 1)).toMatchObject({
      epoch: 1,
      outcome: 'ok',
      lastSeen: T0 + 30_000,
    })
  })

  it('keeps the run id that an execution was first seen under', async () => {
    // The row that a restart ended is published after the new run id is known.
    expect(
      await epochsAfter([
        [{ ...before, outcome: 'running' }, 'run-a'],
        [{ ...before, outcome: 'unknown' }, 'run-b'],
      ]),
    ).toEqual({ 1: 'unknown' })
  })
})

describe('pages', () => {
  it('are newest first, and go on where the last one ended', async () => {
    const history = open()
    const rows = Array.from({ length: 25 }, (_, i) => execution(i, { firstSeen: T0 + Math.floor(i / 3) }))
    await record(history, ...rows)
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await history.executions.page({ connection: 'default', limit: 4, ...(cursor && { cursor }) })
      expect(page.executions.length).toBeLessThanOrEqual(4)
      seen.push(...page.executions.map(({ key }) => key))
      cursor = page.next ?? undefined
    } while (cursor)
    expect(seen).toEqual(rows.map(({ key }) => key).reverse())
  })

  it('filter by outcome, time, registration, shard, text and error group', async () => {
    const history = open()
    history.executions.record(
      'default',
      execution(1, { outcome: 'failed', firstError: 'KeyError: 100% wrong', origin: REGISTRATION }),
      { parts: [part({ errors: [traceback('KeyError', 3, '100% wrong')] })] },
    )
    await record(history, execution(2, { outcome: 'aborted', shard: 'b57e' }), execution(3, { origin: REGISTRATION }))
    expect(await keysOf(history, { filter: 'status:failed' })).toEqual([idOf(1)])
    expect(await keysOf(history, { filter: 'outcome:aborted,failed' })).toEqual([idOf(2), idOf(1)])
    expect(await keysOf(history, { from: T0 + 2000, to: T0 + 3000 })).toEqual([idOf(2)])
    expect(await keysOf(history, { registration: idOf(7) })).toEqual([idOf(3), idOf(1)])
    expect(await keysOf(history, { registration: idOf(7), filter: 'status:ok' })).toEqual([idOf(3)])
    expect(await keysOf(history, { filter: 'shard:B5' })).toEqual([idOf(2)])
    expect(await keysOf(history, { filter: '"ON USER"' })).toEqual([idOf(3), idOf(1)])
    expect(await keysOf(history, { filter: '"0% w"' })).toEqual([idOf(1)])
    expect(await keysOf(history, { filter: '"0_ w"' })).toEqual([])
    const [group] = history.registrations.errorGroups({ connection: 'default' })
    expect(await keysOf(history, { errorGroup: group?.id ?? -1 })).toEqual([idOf(1)])
  })

  it('search a bounded stretch at a time, and say how far they came', async () => {
    const history = open()
    for (let i = 0; i < 45_000; i++) {
      history.executions.record(
        'default',
        execution(i, { firstSeen: T0 + i, ...(i === 100 && { firstError: 'the needle' }) }),
      )
      if (i % 10_000 === 0) await history.flush()
    }
    await history.flush()
    const first = await history.executions.page({ connection: 'default', filter: 'needle' })
    expect(first).toMatchObject({ executions: [], searchedTo: T0 + 5000 })
    const second = await history.executions.page({ connection: 'default', filter: 'needle', cursor: first.next ?? '' })
    expect(second.executions.map(({ key }) => key)).toEqual([idOf(100)])
    expect(second).toMatchObject({ next: null, searchedTo: null })
  })

  it('refuse a bad question in words', async () => {
    const history = open()
    await expect(history.executions.page({ connection: 'default', cursor: 'x' })).rejects.toThrow(
      'cursor: must be the `next`',
    )
    await expect(history.executions.page({ connection: 'default', limit: 501 })).rejects.toThrow(
      'limit: must be a whole number from 1 to 500',
    )
    await expect(history.executions.page({ connection: 'default', filter: 'status:faild' })).rejects.toThrow(
      'q: At 8: status has no value faild. Did you mean failed?',
    )
    expect(await keysOf(history, { connection: 'nobody' })).toEqual([])
  })
})
