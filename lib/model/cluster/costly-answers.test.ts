import { describe, expect, it } from 'vitest'
import { shardState } from '../testing'
import { announced, costlyInWords, costlyReadsInWords, NOTHING_ANNOUNCED } from './costly-answers'

const costly = (command: string, costMs: number, changes = {}) => ({
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
  const words = (answer: ReturnType<typeof costly>, registrations: ReturnType<typeof ofSession>, executions = 5) =>
    costlyInWords([shardState('a', { costly: [answer], executions })], registrations, (name) => `shard ${name}`)[0]

  it('names the session whose size makes it long, and what helps', () => {
    const told = words(costly('RG.DUMPREGISTRATIONS', 3100), [...ofSession('small', 20), ...ofSession('large', 2000)])
    expect(told?.title).toBe('RG.DUMPREGISTRATIONS takes 3.1 s on this server, so Gearboard sends it only every 2 min.')
    expect(told?.cause).toMatch(/^Session large has 2,000 registrations, .* each in its own session\.$/)
    expect(told).toMatchObject({ shown: 'Registrations and their counters', toldAt: 1000, problem: null })
  })

  it('blames no session where none is large', () => {
    const told = words(costly('RG.DUMPREGISTRATIONS', 500), ofSession('a', 20))
    expect(told?.cause).toBe('It lists 20 registrations.')
    expect(words(costly('RG.DUMPREGISTRATIONS', 500), [])?.cause).toBeNull()
  })

  it.each([
    ['RG.DUMPEXECUTIONS', 'It lists 100,000 executions. A lower MaxExecutions shortens it.'],
    ['RG.PYSTATS', null],
    ['INFO memory', null],
  ])('of %s', (command, cause) => {
    expect(words(costly(command, 500), ofSession('large', 500), 100_000)?.cause).toBe(cause)
  })

  it('tells the costliest first, of each shard, and why one was not answered', () => {
    const error = { code: 'timeout', message: 'no answer within 120000 ms' } as const
    const told = costlyInWords(
      [
        shardState('a', { costly: [costly('RG.PYSTATS', 200)] }),
        shardState('b', { costly: [costly('RG.DUMPEXECUTIONS', 900, { toldAt: null, error })] }),
      ],
      [],
      (name) => `shard ${name}`,
    )
    expect(told.map(({ title }) => title)).toEqual([
      expect.stringMatching(/^RG\.DUMPEXECUTIONS takes 900 ms on shard b,/),
      expect.stringMatching(/^RG\.PYSTATS takes 200 ms on shard a,/),
    ])
    expect(told[0]).toMatchObject({ toldAt: null, problem: 'no answer within 120000 ms' })
  })
})

describe('what a page asked for and a shard takes long to say, in words', () => {
  const read = (command: string, shard: string, costMs: number, lists: number | null) => ({
    ...costly(command, costMs),
    shard,
    lists,
  })
  const words = (...reads: readonly ReturnType<typeof read>[]) =>
    costlyReadsInWords(reads, 3, (name) => `shard ${name}`).map(({ title, shown, cause }) => [title, shown, cause])

  it('begins with the longest, and says what helps where that is known', () => {
    expect(words(read('RG.PYDUMPREQS', 'a', 400, 1), read('RG.PYDUMPSESSIONS', 'b', 4000, 5000))).toEqual([
      [
        'RG.PYDUMPSESSIONS takes 4 s on shard b, so Gearboard sends it only every 2 min.',
        'Sessions',
        'It lists 5,000 sessions. Unregister functions that are no longer needed to shorten it.',
      ],
      [
        'RG.PYDUMPREQS takes 400 ms on shard a, so Gearboard sends it only every 13 s.',
        'Requirements',
        'It lists 1 requirement.',
      ],
    ])
  })

  it.each([
    [0, 'It lists 0 sessions.'],
    [1, 'It lists 1 session.'],
    [200, 'It lists 200 sessions. Unregister functions that are no longer needed to shorten it.'],
  ])('gives advice on sessions only where there are many: %i', (lists, cause) => {
    expect(words(read('RG.PYDUMPSESSIONS', 'a', 900, lists))[0]?.[2]).toBe(cause)
  })

  it.each([
    ['RG.CONFIGGET', 'The configuration'],
    ['CLUSTER SLOTS', 'The shard’s slots'],
    ['RG.INFOCLUSTER', 'The shard’s view of the cluster'],
  ])('blames nothing for %s', (command, shown) => {
    expect(words(read(command, 'a', 900, 3))[0]?.slice(1)).toEqual([shown, null])
  })

  it('of one server names no shard, and of an error no length', () => {
    const [told] = costlyReadsInWords([read('RG.PYDUMPSESSIONS', 'a', 4000, null)], 1, (name) => name)
    expect(told).toMatchObject({
      title: expect.stringContaining(
        'RG.PYDUMPSESSIONS takes 4 s on this server, so Gearboard sends it only every 2 min.',
      ),
      cause: null,
    })
  })
})

describe('what screen readers hear of slow answers', () => {
  /** What is announced at each look at the page. */
  const heard = (looks: readonly (readonly string[])[]) => {
    let state = NOTHING_ANNOUNCED
    return looks.map((subjects) => {
      state = announced(state, subjects)
      return state.now
    })
  }

  it.each<[string, readonly (readonly string[])[], readonly string[]]>([
    ['each once, as it appears', [[], ['a'], ['a', 'b'], ['b', 'a']], ['', 'a', 'b', 'b']],
    ['several at once', [['a', 'b'], ['a']], ['a b', 'a b']],
    ['nothing again of what comes and goes', [['a'], [], ['a'], [], ['a']], ['a', '', '', '', '']],
    ['what is new among what came back', [['a'], [], ['a', 'c']], ['a', '', 'c']],
  ])('is %s', (_, looks, told) => {
    expect(heard(looks)).toEqual(told)
  })

  it('is the same state where nothing changed, so that nothing renders again', () => {
    expect(announced(NOTHING_ANNOUNCED, [])).toBe(NOTHING_ANNOUNCED)
    const state = announced(NOTHING_ANNOUNCED, ['a'])
    expect(announced(state, ['a'])).toBe(state)
  })

  it('names what is slow without numbers, which change with each answer', () => {
    const subjectOf = (command: string, costMs: number) =>
      costlyInWords([shardState('a', { costly: [costly(command, costMs)] })], [], (name) => name)[0]?.subject
    expect(subjectOf('RG.PYSTATS', 158)).toBe('RG.PYSTATS is slow on this server.')
    expect(subjectOf('RG.DUMPEXECUTIONS', 120)).toBe(subjectOf('RG.DUMPEXECUTIONS', 4000))
    expect(costlyReadsInWords([read('RG.PYDUMPREQS')], 3, (name) => `shard ${name}`)[0]?.subject).toBe(
      'RG.PYDUMPREQS is slow on shard b.',
    )
  })
})

const read = (command: string) => ({ ...costly(command, 400), shard: 'b', lists: 3 })
