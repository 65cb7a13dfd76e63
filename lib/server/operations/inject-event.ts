import { setTimeout as delay } from 'node:timers/promises'
import { commands, type Gears, type GearsValue, toResultValue } from '@gearboard/gears'
import { steadyMs } from '@gearboard/gears/vocabulary/clock'
import { slotOf } from '@gearboard/gears/vocabulary/slots'
import type { z } from 'zod'
import type { eventBody } from '@/lib/api/contract/functions'
import { replyText } from '@/lib/model/text/result-tree'
import {
  type EventType,
  firedBetween,
  hasFired,
  type InjectionReport,
  TEST_PREFIX,
  wordsProblem,
} from '@/lib/model/trigger/injection'
import type { ConnectionParts } from '../connection/connection-parts'
import { wrongField } from '../errors'
import { refuseSilentKey } from './silent'

const LOOK_MS = 200
/** Two polls in a row must agree before the list of what fired counts as complete. */
const STEADY_LOOKS = 2
const MOST_EXECUTIONS = 50

/**
 * Writes a key or a stream entry as a client would, and watches by plain dumps what fires. Outside the test prefix it must be said, and no
 * key that is there is overwritten: only a stream gets one more entry. @throws ApiRefusal, GearsError
 */
export async function injectEvent(
  connection: ConnectionParts,
  { key, type, words, foreign, watchMs, expireS }: z.output<typeof eventBody>,
): Promise<InjectionReport> {
  const { gears, hub } = connection
  refuseSilentKey(connection, key, [])
  const problem = wordsProblem(type, words)
  if (problem !== undefined) throw wrongField('words', problem)
  const own = key.startsWith(TEST_PREFIX)
  if (!own && !foreign) throw wrongField('key', `it is outside ${TEST_PREFIX}; send foreign to write there`)
  const was = !own && (await gears.forKey(key, commands.objectEncoding, key)) !== null
  if (was && type !== 'stream') throw wrongField('key', 'the key exists and is not Gearboard’s, so it is not changed')

  const before = await takeSnapshot(gears)
  const startedAt = steadyMs()
  const written = await write(
    gears,
    key,
    type,
    words.map((word) => (typeof word === 'string' ? word : Buffer.from(word.base64, 'base64'))),
  )
  const { after, settled } = await watch(gears, before, { key, type, until: startedAt + watchMs })
  const watchedMs = Math.round(steadyMs() - startedAt)
  // After the watch: EXPIRE is an event too. A key that already existed keeps its expiry.
  const expires = type !== 'del' && !was && (await gears.forKey(key, commands.expire, key, expireS)) > 0
  await hub.pollNow()
  const slot = slotOf(key)
  const owner = (await gears.shards()).find(({ slots }) => slots.some(([first, last]) => first <= slot && slot <= last))
  return {
    key,
    slot,
    shard: owner?.key ?? null,
    written: replyText(toResultValue(written)),
    registrations: firedBetween(before.registrations, after.registrations, key, type).toSorted(
      (a, b) => Number(hasFired(b)) - Number(hasFired(a)) || b.grew.triggered - a.grew.triggered,
    ),
    executions: [...after.executions].filter((id) => !before.executions.has(id)).slice(0, MOST_EXECUTIONS),
    watchedMs,
    settled,
    silent: [...new Set([...before.silent, ...after.silent])],
    expiresInS: expires ? expireS : null,
  }
}

interface EventSnapshot {
  readonly registrations: Awaited<ReturnType<Gears['dumpRegistrations']>>
  /** Of events, on any shard. */
  readonly executions: ReadonlySet<string>
  readonly silent: readonly string[]
}

async function takeSnapshot(gears: Gears): Promise<EventSnapshot> {
  const [registrations, executions] = await Promise.all([
    gears.dumpRegistrations(),
    gears.dumpExecutions({ registered: true }),
  ])
  return {
    registrations,
    executions: new Set(executions.flatMap((answer) => ('value' in answer ? answer.value.map(({ id }) => id) : []))),
    silent: [...registrations, ...executions].flatMap((answer) => ('error' in answer ? [answer.shard.key] : [])),
  }
}

/** Until everything that the event can have fired has ended, or the time is up: other changes are not waited for. */
async function watch(
  gears: Gears,
  before: EventSnapshot,
  { key, type, until }: { readonly key: string; readonly type: EventType; readonly until: number },
) {
  let steady = 0
  let last = ''
  for (;;) {
    await delay(LOOK_MS)
    const after = await takeSnapshot(gears)
    const fired = firedBetween(before.registrations, after.registrations, key, type).filter(hasFired)
    const ended = fired.every(({ pending }) => pending === 0)
    const now = JSON.stringify(fired)
    steady = ended && fired.length > 0 && now === last ? steady + 1 : 0
    last = now
    if (steady >= STEADY_LOOKS || steadyMs() >= until) return { after, settled: ended }
  }
}

function write(gears: Gears, key: string, type: EventType, words: readonly (string | Buffer)[]): Promise<GearsValue> {
  switch (type) {
    case 'string':
      return gears.forKey(key, commands.setKey, key, words[0] ?? '')
    case 'hash':
      return gears.forKey(key, commands.hset, key, words)
    case 'list':
      return gears.forKey(key, commands.rpush, key, words)
    case 'set':
      return gears.forKey(key, commands.sadd, key, words)
    case 'stream':
      return gears.forKey(key, commands.xadd, key, words)
    case 'del':
      return gears.forKey(key, commands.delKey, key)
  }
}
