import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Command, GearsError, RedisGears } from './index'
import type { Reply } from './reply'
import { type Asked, asked } from './testing/commands'
import { random } from './testing/random'
import { PLAYS, recordings } from './testing/recordings'
import { ReplayServer } from './testing/replay-server'

const MUTATIONS = 100_000
const SEED = 20_26

const next = random(SEED)
const upTo = (n: number) => Math.floor(next() * n)
const pick = <T>(choices: readonly T[]): T => {
  const choice = choices[upTo(choices.length)]
  if (choice === undefined) throw new Error('nothing to pick from')
  return choice
}

const nested = (depth: number): Reply => (depth === 0 ? Buffer.from('x') : [nested(depth - 1)])

/** Values of every kind that ioredis may hand over, and some that it should not. */
const strangers: readonly (() => Reply)[] = [
  () => null,
  () => '0',
  () => '-1',
  () => '99999999999999999999',
  () => '1.5',
  () => 0,
  () => -7,
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => 2 ** 60,
  () => 0.5,
  () => true,
  () => [],
  () => [null],
  () => [Buffer.from('a'), Buffer.from('b')],
  () => ({ a: Buffer.from('b') }),
  () => new Error('ERR out of nowhere'),
  () => Buffer.alloc(0),
  () => Buffer.from([0xff, 0xfe, 0]),
  () => Buffer.from('OK'),
  () => Buffer.from('done'),
  () => Buffer.from('12'),
  () => Buffer.from('nan'),
  () => Buffer.from('__proto__'),
  () => nested(500),
]

type Mutation = (list: readonly Reply[], at: number) => readonly Reply[]

const inLists: readonly Mutation[] = [
  (list, at) => list.toSpliced(at, 1, pick(strangers)()),
  (list, at) => list.toSpliced(at, 1),
  (list, at) => list.toSpliced(at, 2),
  (list, at) => list.slice(0, at),
  (list, at) => list.toSpliced(at, 0, pick(strangers)()),
  (list, at) => list.toSpliced(at, 1, new Error('-ERR shard-x: no')),
  (list, at) => [...list, ...list.slice(at)],
  (list, at) => list.toSpliced(at, 1, list.at(upTo(list.length)) ?? null),
]

/** The reply with one place changed: somewhere in it, or the whole. */
function mutate(reply: Reply): Reply {
  if (!Array.isArray(reply) || next() < 0.02) return pick(strangers)()
  const list: readonly Reply[] = reply
  if (list.length === 0) return [pick(strangers)()]
  const at = upTo(list.length)
  const inner = list[at] ?? null
  // Mostly deeper, where the decoders have the most to say.
  if (Array.isArray(inner) && next() < 0.85) return list.with(at, mutate(inner))
  return pick(inLists)(list, at)
}

interface Sample {
  readonly name: string
  readonly asked: Asked
  readonly reply: Reply
}

const samples: Sample[] = []

beforeAll(async () => {
  const server = await ReplayServer.start()
  const gears = new RedisGears(`redis://127.0.0.1:${server.port}`, { cluster: false })
  const raw = (command: Command<readonly [], unknown>): Command<readonly [], Reply> => ({
    ...command,
    decode: (reply) => reply,
  })
  for (const play of PLAYS) {
    for (const recording of recordings(play)) {
      const question = asked(recording.command)
      // Bounded, so that the copies of large dumps do not eat the time.
      if (!question || recording.raw.length > 6000 || /^-|^\+QUEUED/.test(recording.raw) || recording.protocol === 3)
        continue
      server.answer = () => Buffer.from(recording.raw, 'latin1')
      const reply = await gears.send(raw(question.send))
      samples.push({ name: `${play} ${recording.name}`, asked: question, reply })
    }
  }
  await gears.close()
  await server.stop()
})

afterAll(() => samples.splice(0))

type Outcome = { readonly kind: 'read' | 'refused' } | { readonly kind: 'fault'; readonly what: string }

/** What the decoder made of the reply, and whether that is as it should be. */
function outcome({ asked: { send, shape } }: Sample, reply: Reply): Outcome {
  try {
    const value = send.decode(reply, [])
    if (shape(value)) return { kind: 'read' }
    return { kind: 'fault', what: `a value of the wrong type: ${inspect(value)}` }
  } catch (error) {
    if (!(error instanceof GearsError)) return { kind: 'fault', what: `crashed: ${error}` }
    const placed =
      error.code === 'bad_reply' && /^[A-Z.]+((\.\w+)|(\[\d+\]))*: expected .+, got .+$/s.test(error.message)
    return placed ? { kind: 'refused' } : { kind: 'fault', what: `no place named: ${error.code} ${error.message}` }
  }
}

const inspect = (value: unknown) =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}n` : inner))?.slice(0, 500)

describe('mutated replies', () => {
  it('come from replies that are read', () => {
    expect(samples.length).toBeGreaterThan(500)
    expect(samples.filter((sample) => outcome(sample, sample.reply).kind !== 'read').map(({ name }) => name)).toEqual(
      [],
    )
  })

  it(`give a value of the right type or name the place, ${MUTATIONS} of them`, () => {
    const faults: string[] = []
    let refused = 0
    for (let i = 0; i < MUTATIONS; i++) {
      const sample = pick(samples)
      let reply = sample.reply
      for (let changes = 1 + upTo(3); changes > 0; changes--) reply = mutate(reply)
      const made = outcome(sample, reply)
      if (made.kind === 'fault') faults.push(`${sample.name}: ${made.what}`)
      else if (made.kind === 'refused') refused++
    }
    expect(faults.slice(0, 10)).toEqual([])
    // Else the mutations were too tame to prove anything.
    expect(refused).toBeGreaterThan(MUTATIONS / 4)
  })
})
