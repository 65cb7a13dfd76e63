import { describe, expect, test } from 'vitest'
import { AttemptLimit } from './attempt-limit'

/** A limit whose clock stands still, and which notes how long each attempt waited. */
function limit() {
  const waits: number[] = []
  const time = {
    at: 0,
    now: () => time.at,
    wait: (ms: number) => {
      waits.push(ms)
      return Promise.resolve()
    },
  }
  const subject = new AttemptLimit(time)
  return {
    time,
    waits,
    wrong: (address: string, hint?: string, user?: string) => subject.isRight({ address, hint, user }, () => false),
    right: (address: string, user?: string) => subject.isRight({ address, user }, () => true),
  }
}

const refusal = (seconds: number) => ({ code: 'too_many_attempts', retryAfterS: seconds })

test('after five wrong ones in a minute, a client waits for the oldest to be a minute old', async () => {
  const { time, wrong, right } = limit()
  for (let n = 0; n < 5; n++) {
    time.at = n * 1000
    expect(await wrong('192.0.2.1')).toBe(false)
  }
  await expect(right('192.0.2.1')).rejects.toMatchObject(refusal(56))
  time.at = 59_999
  await expect(right('192.0.2.1')).rejects.toMatchObject(refusal(1))
  time.at = 60_001
  expect(await right('192.0.2.1')).toBe(true)
})

test('others come in meanwhile, and right ones do not count', async () => {
  const { wrong, right } = limit()
  for (let n = 0; n < 5; n++) await wrong('192.0.2.1')
  for (let n = 0; n < 100; n++) expect(await right('192.0.2.2')).toBe(true)
  await expect(wrong('192.0.2.1')).rejects.toMatchObject(refusal(60))
})

test('many at once are no more than one after the other', async () => {
  const { wrong } = limit()
  const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => wrong('192.0.2.1')))
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
})

test('guessed at from everywhere, everybody waits for a moment, and nobody is locked out', async () => {
  const { waits, wrong, right } = limit()
  for (let n = 0; n < 60; n++) await wrong(`10.0.0.${n}`)
  expect(waits).toEqual([])
  for (let n = 0; n < 1000; n++) await wrong(`10.1.${n >> 8}.${n & 255}`)
  expect(await right('192.0.2.2')).toBe(true)
  expect(Math.max(...waits)).toBe(2000)
})

test.each([
  [
    'one network of IPv6',
    ['2001:db8::1', '2001:db8:0:0:ffff::2', '2001:0db8::3', '2001:DB8::4', '2001:db8:0:0:1:2:3:4'],
  ],
  ['an unknown address', ['', '', '', '', '']],
])('%s is one client', async (_, addresses) => {
  const { wrong } = limit()
  for (const address of addresses) await wrong(address)
  await expect(wrong(addresses[0] ?? '')).rejects.toMatchObject(refusal(60))
})

test('two networks of IPv6 are two clients', async () => {
  const { wrong } = limit()
  for (let n = 0; n < 8; n++) expect(await wrong(`2001:db8:0:${n}::1`)).toBe(false)
})

test('the refusal names the address, and says what helps', async () => {
  const { wrong } = limit()
  for (let n = 0; n < 5; n++) await wrong('192.0.2.1')
  await expect(wrong('192.0.2.1', 'Ask your proxy.')).rejects.toThrow(
    'Too many wrong passwords from 192.0.2.1. Try again in 60 s. Ask your proxy.',
  )
})

test('one that was right after a wait of more than a minute is right, though its attempt is forgotten by then', async () => {
  const { time, wrong, right } = limit()
  for (let n = 0; n < 80; n++) await wrong(`10.0.0.${n}`)
  const { wait } = time
  time.wait = async (ms) => {
    time.wait = wait
    time.at += 61_000
    await wrong('192.0.2.9')
    await wait(ms)
  }
  expect(await right('192.0.2.1')).toBe(true)
})

describe('one user who is guessed at from many addresses', () => {
  test('waits a moment, is not locked out, and holds up nobody else', async () => {
    const { waits, wrong, right } = limit()
    for (let n = 0; n < 10; n++) await wrong(`10.0.0.${n}`, undefined, 'ada')
    expect(waits).toEqual([])
    for (let n = 0; n < 40; n++) await wrong(`10.0.1.${n}`, undefined, 'ada')
    expect(waits.at(-1)).toBe(2000)
    expect(await right('192.0.2.1', 'ada')).toBe(true)
    expect(waits.at(-1)).toBe(2000)
    const before = waits.length
    expect(await right('192.0.2.1', 'bob')).toBe(true)
    expect(waits).toHaveLength(before)
  })

  test('is guessed at no faster when the attempts come at once', async () => {
    const { waits, wrong } = limit()
    await Promise.all(Array.from({ length: 30 }, (_, n) => wrong(`10.0.0.${n}`, undefined, 'ada')))
    expect(waits).toHaveLength(20)
    expect(Math.max(...waits)).toBe(2000)
  })

  test('is calm again a minute later', async () => {
    const { time, waits, wrong, right } = limit()
    for (let n = 0; n < 30; n++) await wrong(`10.0.0.${n}`, undefined, 'ada')
    const before = waits.length
    time.at += 60_001
    expect(await right('192.0.2.1', 'ada')).toBe(true)
    expect(waits).toHaveLength(before)
  })
})

test('one address that tries many users is one client', async () => {
  const { wrong } = limit()
  for (let n = 0; n < 5; n++) await wrong('192.0.2.1', undefined, `user ${n}`)
  await expect(wrong('192.0.2.1', undefined, 'another')).rejects.toMatchObject(refusal(60))
})
