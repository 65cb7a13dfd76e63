import { describe, expect, it } from 'vitest'
import { dearInWords } from './dear-answers'
import { shardState } from './testing'

const dear = (command: string, costMs: number, changes = {}) => ({
  command,
  costMs,
  everyMs: 33 * costMs,
  toldAt: 1000,
  ...changes,
})

const ofSession = (session: string, count: number) =>
  Array.from({ length: count }, () => ({
    privateData: { raw: '', session, sessionDescription: null, requirements: [] },
    perShard: [{ shard: 'a' }],
  }))

describe('an answer that takes long, in words', () => {
  const words = (answer: ReturnType<typeof dear>, registrations: ReturnType<typeof ofSession>, executions = 5) =>
    dearInWords([shardState('a', { dear: [answer], executions })], registrations, (name) => `shard ${name}`)[0]

  it('names the session whose size makes it long, and what helps', () => {
    const told = words(dear('RG.DUMPREGISTRATIONS', 3100), [...ofSession('small', 20), ...ofSession('large', 2000)])
    expect(told?.title).toBe('RG.DUMPREGISTRATIONS takes this server 3.1 s. Gearboard sends it every 2 min.')
    expect(told?.cause).toMatch(
      /^Session large has 2,000 registrations, .* in sessions of their own, makes it short\.$/,
    )
    expect(told).toMatchObject({ shown: 'Registrations and their counters', toldAt: 1000, problem: null })
  })

  it('blames no session where none is large', () => {
    const told = words(dear('RG.DUMPREGISTRATIONS', 500), ofSession('a', 20))
    expect(told?.cause).toBe('It lists 20 registrations.')
    expect(words(dear('RG.DUMPREGISTRATIONS', 500), [])?.cause).toBeNull()
  })

  it.each([
    ['RG.DUMPEXECUTIONS', 'It lists 100,000 executions. A lower MaxExecutions keeps fewer of them.'],
    ['RG.PYSTATS', null],
    ['INFO memory', null],
  ])('of %s', (command, cause) => {
    expect(words(dear(command, 500), ofSession('large', 500), 100_000)?.cause).toBe(cause)
  })

  it('tells the dearest first, of each shard, and why one was not answered', () => {
    const error = { code: 'timeout', message: 'no answer within 120000 ms' } as const
    const told = dearInWords(
      [
        shardState('a', { dear: [dear('RG.PYSTATS', 200)] }),
        shardState('b', { dear: [dear('RG.DUMPEXECUTIONS', 900, { toldAt: null, error })] }),
      ],
      [],
      (name) => `shard ${name}`,
    )
    expect(told.map(({ title }) => title)).toEqual([
      expect.stringMatching(/^RG\.DUMPEXECUTIONS takes shard b 900 ms\./),
      expect.stringMatching(/^RG\.PYSTATS takes shard a 200 ms\./),
    ])
    expect(told[0]).toMatchObject({ toldAt: null, problem: 'no answer within 120000 ms' })
  })
})
