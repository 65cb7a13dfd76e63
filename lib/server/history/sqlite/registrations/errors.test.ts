import { expect, it } from 'vitest'
import { counters, execution, idOf, open, part, registration, T0, traceback } from '@/lib/server/history/testing/index'

const failing = (sequence: number, origin = {}) =>
  execution(sequence, { outcome: 'failed', errors: 1, origin: { kind: 'unknown' }, ...origin })

it('groups errors by what raised them and where, with other values in one group', async () => {
  const history = open()
  const registered = {
    origin: { kind: 'registration', name: 'on user:*', registrationId: idOf(7), inferred: true },
  } as const
  history.executions.record('default', failing(1, registered), {
    parts: [part({ errors: [traceback('ValueError', 4, 'bad 17')] })],
  })
  history.executions.record('default', failing(2, registered), {
    parts: [
      part({ errors: [traceback('ValueError', 4, 'bad 99')] }),
      part({ errors: [traceback('ValueError', 4, 'bad 3')] }),
    ],
  })
  history.executions.record('default', failing(3, registered), {
    parts: [part({ errors: [traceback('ValueError', 5, 'bad')] })],
  })
  history.executions.record('default', failing(4), { parts: [part({ errors: [traceback('ValueError', 4, 'bad')] })] })
  await history.flush()
  const groups = history.registrations.errorGroups({ connection: 'default' })
  expect(groups.map(({ signature, subject, executions }) => [signature, subject.kind, executions])).toEqual([
    ['ValueError in work, line 4', 'plan', 1],
    ['ValueError in work, line 5', 'registration', 1],
    ['ValueError in work, line 4', 'registration', 2],
  ])
  expect(groups[2]).toMatchObject({
    title: 'ValueError: bad 17',
    type: 'ValueError',
    subject: { kind: 'registration', id: idOf(7), name: 'on user:*' },
    firstSeen: T0 + 1500,
    lastSeen: T0 + 2500,
    example: traceback('ValueError', 4, 'bad 17'),
  })
  expect(
    history.registrations.errorGroups({ connection: 'default', registration: idOf(7), from: T0 + 3000 }),
  ).toHaveLength(1)
  expect(history.registrations.errorGroups({ connection: 'other' })).toEqual([])
})

it('counts an execution once, however often it is reported', async () => {
  const history = open()
  for (let i = 0; i < 3; i++) {
    history.executions.record('default', failing(1), { parts: [part({ errors: [traceback('KeyError', 2, 'x')] })] })
    await history.flush()
  }
  expect(history.registrations.errorGroups({ connection: 'default' })).toMatchObject([{ executions: 1 }])
})

it('groups errors without a traceback by their words, not by the values in them', async () => {
  const history = open()
  const texts = [
    "no record for 'user:17' after 30 ms",
    "no record for 'user:4' after 7 ms",
    'Execution max idle reached',
  ]
  texts.forEach((text, i) => {
    history.executions.record('default', failing(i), { parts: [part({ errors: [text] })] })
  })
  await history.flush()
  expect(
    history.registrations
      .errorGroups({ connection: 'default' })
      .map(({ signature, executions }) => [signature, executions]),
  ).toEqual([
    ['Execution max idle reached', 1],
    ["no record for '…' after # ms", 2],
  ])
})

it("takes a registration's last error for new only when its failures have grown", async () => {
  const history = open()
  const lastError = traceback('KeyError', 2, "'currency'")
  const look = (second: number, failures: number) => {
    const at = T0 + second * 1000
    history.registrations.record('default', at, [registration(at, counters(second, failures), { lastError })])
  }
  look(0, 3)
  look(10, 3)
  look(20, 4)
  await history.flush()
  look(30, 9)
  look(40, 9)
  await history.flush()
  expect(history.registrations.errorGroups({ connection: 'default' })).toMatchObject([
    {
      subject: { kind: 'registration', id: idOf(1), name: 'stream orders' },
      executions: 0,
      reported: 2,
      firstSeen: T0 + 20_000,
      lastSeen: T0 + 30_000,
    },
  ])
  expect(history.registrations.all('default')).toMatchObject([{ lastError, counters: { failures: 9 } }])
})

it('keeps functions of unknown origin apart by their plans, though they share a name and a line', async () => {
  const history = open()
  const steps = (...names: string[]) =>
    names.map((arg) => ({
      type: 'map',
      name: 'm',
      arg: `<function ${arg} at 0x7f00>`,
      durationMs: null,
      global: false,
    }))
  const errors = [traceback('KeyError', 2, "'x'")]
  for (const [i, names] of [['work'], ['work', 'save'], ['work'], ['load', 'work']].entries())
    history.executions.record('default', failing(i), { parts: [part({ errors, steps: steps(...names) })] })
  // Its plan was not read, but its error was.
  history.executions.record('default', failing(9), { parts: [part({ errors, steps: [] })] })
  await history.flush()
  const groups = history.registrations.errorGroups({ connection: 'default' })
  expect(groups.map(({ subject, executions }) => ['name' in subject && subject.name, executions])).toEqual(
    expect.arrayContaining([
      ['map work', 2],
      ['map work, map save', 1],
      ['map load, map work', 1],
      ['no steps', 1],
    ]),
  )
  expect(groups).toHaveLength(4)
})

it('takes the executions by which RedisGears aborts others for one function, whichever they abort', async () => {
  const history = open()
  for (const i of [1, 2, 3]) {
    const steps = [{ type: 'map', name: 'RG_AbortMapper', arg: idOf(i), durationMs: null, global: false }]
    history.executions.record('default', failing(10 + i), {
      parts: [part({ errors: ['Execution max idle reached'], steps })],
    })
  }
  await history.flush()
  expect(history.registrations.errorGroups({ connection: 'default' })).toMatchObject([
    { executions: 3, subject: { name: 'map rg_abortmapper' } },
  ])
})

it('groups the error of an unknown origin under the registration that holds it, and counts it in one group alone', async () => {
  const history = open()
  const errors = [traceback('KeyError', 2, "'x'")]
  const held = { parts: [part({ errors })], errorsOf: { id: idOf(7), name: 'on user:*' } }
  history.executions.record('default', failing(1), held)
  history.executions.record('default', failing(2), { parts: [part({ errors })] })
  await history.flush()
  const counts = () =>
    history.registrations
      .errorGroups({ connection: 'default' })
      .map(({ subject, executions }) => [subject.kind, executions])
  expect(counts()).toEqual(
    expect.arrayContaining([
      ['plan', 1],
      ['registration', 1],
    ]),
  )
  // Its origin is known later.
  const origin = { kind: 'registration', name: 'on user:*', registrationId: idOf(7), inferred: true } as const
  history.executions.record('default', failing(2, { origin }), { parts: [part({ errors })] })
  await history.flush()
  expect(counts()).toEqual([['registration', 2]])
})

it('reads an error before it cuts it: one of any length has its type, its group and a readable example', async () => {
  const history = open()
  const long = [traceback('ValueError', 4, 'a'.repeat(40_000)), traceback('ValueError', 4, 'b'.repeat(20_000))]
  long.forEach((text, i) => {
    history.executions.record('default', failing(i), { parts: [part({ errors: [text] })] })
  })
  await history.flush()
  const [group, ...others] = history.registrations.errorGroups({ connection: 'default' })
  expect(others).toEqual([])
  expect(group).toMatchObject({ signature: 'ValueError in work, line 4', type: 'ValueError', executions: 2 })
  expect(group?.example.length).toBeLessThanOrEqual(16_000)
  expect(group?.example).toContain('characters left out')
})
