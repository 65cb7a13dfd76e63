import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RawClient, type RunningServer, startEngineWith } from './keyspace-harness'

/** Sets the wall clock of a running engine: durations must not change, timestamps and expiry must follow it. */

const DAY_MS = 86_400_000

const folder = mkdtempSync(join(tmpdir(), 'clock-'))
/** The file with the current offset of the wall clock, ms. */
const setting = join(folder, 'ahead')
const set = (ms: number): void => writeFileSync(setting, String(ms))

const CLOCK = `import { readFileSync } from 'node:fs'
const now = Date.now
Date.now = () => now() + Number(readFileSync(${JSON.stringify(setting)}, 'utf8'))`

let engine: RunningServer
let client: RawClient

beforeAll(async () => {
  set(0)
  engine = await startEngineWith({ switches: ['--import', `data:text/javascript,${encodeURIComponent(CLOCK)}`] })
  client = await RawClient.open(engine.port)
})

afterAll(async () => {
  client?.close()
  await engine?.stop()
  rmSync(folder, { recursive: true })
})

const send = async (...words: readonly string[]): Promise<string> => JSON.stringify(await client.send(...words))

const number = (text: string, name: string): number => Number(new RegExp(`${name}[:=](-?\\d+)`).exec(text)?.[1])

/** Far less than a day, even on a slow machine. */
const AN_HOUR_S = 3600
const short = (seconds: number): void => {
  expect(seconds).toBeGreaterThanOrEqual(0)
  expect(seconds).toBeLessThan(AN_HOUR_S)
}

describe.each([
  ['30 days ahead', 30 * DAY_MS],
  ['a day back', -DAY_MS],
  ['40 years back', -40 * 365 * DAY_MS],
])('a wall that is set %s', (_, ms) => {
  it('changes no span', async () => {
    set(0)
    await send('SET', 'key', 'value')
    await send('CLIENT', 'PAUSE', '50', 'WRITE')
    set(ms)
    // The command waits until the pause ends.
    expect(await send('SET', 'other', 'value')).toBe('"+OK"')
    short(number(await send('INFO', 'server'), 'uptime_in_seconds'))
    const clients = await send('CLIENT', 'LIST')
    short(number(clients, 'age'))
    short(number(clients, 'idle'))
    short(Number((await send('OBJECT', 'IDLETIME', 'key')).replace(/\D/g, '')))
    expect(await send('EVAL', 'for i = 1, 100000 do end return 1', '0')).toBe('":1"')
    expect(await send('BLPOP', 'empty', '0.05')).toBe('"*nil"')
  })

  it('is what stamps tell', async () => {
    set(ms)
    const told = Number(/"\$(\d+)"/.exec(await send('TIME'))?.[1]) * 1000
    expect(Math.abs(told - (Date.now() + ms))).toBeLessThan(AN_HOUR_S * 1000)
    const id = Number(/\$(\d+)-/.exec(await send('XADD', `stream ${ms}`, '*', 'a', 'b'))?.[1])
    expect(Math.abs(id - (Date.now() + ms))).toBeLessThan(AN_HOUR_S * 1000)
  })
})

it('keys expire by the wall, as in Redis', async () => {
  set(0)
  await send('SET', 'short', 'value', 'PX', String(DAY_MS))
  set(-DAY_MS)
  expect(Number((await send('PTTL', 'short')).replace(/\D/g, ''))).toBeGreaterThan(DAY_MS * 1.5)
  set(2 * DAY_MS)
  expect(await send('GET', 'short')).toBe('"$nil"')
})
