// What the shards say over RESP, held against what Gearboard says and remembers.
import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'

const FIELDS = { triggered: 'numTriggered', success: 'numSuccess', failures: 'numFailures', aborted: 'numAborted' }
/** How long Gearboard may take to have read all outcomes once the load is over, ms. */
const SETTLE_MS = 180_000
/** How an execution ends, the gravest last. */
const ENDS = ['ok', 'failed', 'aborted']
/** Questions that Gearboard is asked at once. */
const AT_ONCE = 8

const object = (flat) =>
  Object.fromEntries(Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]))

/** Counters by registration and shard, and the ended executions that a shard lists with their true outcomes. */
async function ask(port) {
  const redis = new Redis({ port, host: '127.0.0.1', protocol: 2 })
  try {
    const shard = await redis.call('CLUSTER', 'MYID')
    const counters = new Map()
    for (const entry of await redis.call('RG.DUMPREGISTRATIONS')) {
      const { id, RegistrationData } = object(entry)
      const data = object(RegistrationData)
      counters.set(id, Object.fromEntries(Object.entries(FIELDS).map(([ours, theirs]) => [ours, Number(data[theirs])])))
    }
    const outcomes = new Map()
    for (const entry of await redis.call('RG.DUMPEXECUTIONS')) {
      const { executionId, status } = object(entry)
      if (status !== 'done' && status !== 'aborted') continue
      const [part] = await redis.call('RG.GETEXECUTION', executionId, 'SHARD').catch(() => [])
      if (!part) continue
      const { errors } = object(object(part).execution_plan)
      outcomes.set(executionId, status === 'aborted' ? 'aborted' : errors.length > 0 ? 'failed' : 'ok')
    }
    return { shard, counters, outcomes }
  } finally {
    redis.disconnect()
  }
}

const get = async (url) => {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return response.json()
}

/** Waits until every shard was looked at after `since` and no outcome is left to be read. */
async function settled(url, since) {
  const deadline = Date.now() + SETTLE_MS
  for (;;) {
    const [{ connections }, { shards }] = await Promise.all([
      get(`${url}/api/connections`),
      get(`${url}/api/default/registrations`),
    ])
    const queued = connections[0]?.details?.queued ?? 0
    if (queued === 0 && shards.every(({ answeredAt }) => answeredAt > since)) return
    if (Date.now() > deadline)
      throw new Error(`outcomes are still unread ${SETTLE_MS / 1000} s after the load: ${queued}`)
    await delay(200)
  }
}

/** Differences between the shards and Gearboard, in words; none when it tells the truth. The seed's shop stays open meanwhile. */
export async function compare(url, ports, runs) {
  const before = await Promise.all(ports.map(ask))
  await settled(url, Date.now())
  const { registrations } = await get(`${url}/api/default/registrations`)
  const { rows, held, after } = await listedOutcomes(url, ports, before)
  const wrong = [...counterDifferences(registrations, before, after), ...(await recordedCounters(url, before))]
  for (const [id, outcome] of held) {
    const told = rows.get(id)?.outcome
    if (told !== outcome) wrong.push(`${id} ended ${outcome}; Gearboard lists it as ${told ?? 'nothing'}`)
  }
  const seenAt = new Map([...rows].map(([key, { firstSeen }]) => [key, firstSeen]))
  wrong.push(...(await recordedOutcomes(url, new Map([...held, ...runs]), seenAt)))
  return { wrong, held: held.size, runs: runs.size, registrations: registrations.length }
}

/** The rows as soon as they say how each held execution ended: what the shop starts meanwhile keeps some of them waiting. */
async function listedOutcomes(url, ports, before) {
  const deadline = Date.now() + SETTLE_MS
  for (;;) {
    const { executions } = await get(`${url}/api/default/executions`)
    const rows = new Map(executions.map((row) => [row.key, row]))
    const after = await Promise.all(ports.map(ask))
    const held = heldOutcomes(before, after)
    const isOpen = [...held.keys()].some((id) => !ENDS.includes(rows.get(id)?.outcome))
    if (!isOpen || Date.now() > deadline) return { rows, held, after }
    await delay(500)
  }
}

/** Each counter must lie between what its shard said before Gearboard looked and what it said after: equal, where nothing fires any more. */
function* counterDifferences(registrations, before, after) {
  const shown = new Map(registrations.map((each) => [each.id, each]))
  for (const [at, { shard, counters }] of before.entries()) {
    for (const [id, least] of counters) {
      const most = after[at].counters.get(id)
      const part = shown.get(id)?.perShard.find((each) => each.shard === shard)
      if (!most) continue
      for (const field of Object.keys(FIELDS)) {
        const told = part?.counters[field]
        if (!(told >= least[field] && told <= most[field]))
          yield `${id} on ${shard.slice(0, 4)}: ${field} ${told}, the shard says ${least[field]} to ${most[field]}`
      }
    }
  }
}

/** The recorder takes a look in 5 s of each registration: its last one must have caught up with what the shards said before. */
async function recordedCounters(url, before) {
  const sums = new Map()
  for (const { counters } of before) {
    for (const [id, each] of counters) {
      const sum = sums.get(id) ?? {}
      for (const field of Object.keys(FIELDS)) sum[field] = (sum[field] ?? 0) + each[field]
      sums.set(id, sum)
    }
  }
  let wrong = []
  const deadline = Date.now() + SETTLE_MS
  do {
    await delay(500)
    const { registrations } = await get(`${url}/api/default/history/registrations`)
    const recorded = new Map(registrations.map((each) => [each.id, each.counters]))
    wrong = [...sums].flatMap(([id, sum]) =>
      Object.keys(FIELDS).flatMap((field) =>
        recorded.get(id)?.[field] >= sum[field]
          ? []
          : [`${id}: the recorder has ${field} ${recorded.get(id)?.[field]}, the shards said ${sum[field]}`],
      ),
    )
  } while (wrong.length > 0 && Date.now() < deadline)
  return wrong
}

/**
 * Listed before and after Gearboard looked, by the shard that began it, too: the others' errors are told to that one, so that without it
 * they say less than happened. A cluster-wide execution ended as on the shard where it went worst.
 */
function heldOutcomes(before, after) {
  const held = new Map()
  const isListed = (at, id) => before[at]?.outcomes.has(id) && after[at]?.outcomes.has(id)
  for (const [at, { outcomes }] of before.entries()) {
    for (const [id, outcome] of outcomes) {
      const home = before.findIndex(({ shard }) => id.startsWith(shard))
      if (!isListed(at, id) || !isListed(home, id)) continue
      if (ENDS.indexOf(outcome) > ENDS.indexOf(held.get(id))) held.set(id, outcome)
    }
  }
  return held
}

/** What the recorder has of each; it writes a moment later than the list shows. @param seenAt when those that are listed were first seen */
async function recordedOutcomes(url, truth, seenAt) {
  const open = new Map(truth)
  const deadline = Date.now() + SETTLE_MS
  let told = new Map()
  while (open.size > 0 && Date.now() < deadline) {
    told = await rememberedOutcomes(url, [...open.keys()], seenAt)
    for (const [id, outcome] of told) if (open.get(id) === outcome) open.delete(id)
    if (open.size > 0) await delay(500)
  }
  return [...open].map(([id, outcome]) => `${id} ended ${outcome}; the recorder has ${told.get(id) ?? 'nothing'}`)
}

async function rememberedOutcomes(url, ids, seenAt) {
  const outcomes = new Map()
  const times = [...new Set(ids.flatMap((id) => seenAt.get(id) ?? []))]
  await eachOf(times, async (at) => {
    // All that one poll brought was first seen at the same time.
    for (let cursor = ''; cursor !== undefined; ) {
      const page = await get(`${url}/api/default/history/executions?limit=500&from=${at}&to=${at + 1}${cursor}`)
      for (const { key, outcome } of page.executions) outcomes.set(key, outcome)
      cursor = page.next === null ? undefined : `&cursor=${page.next}`
    }
  })
  const gone = ids.filter((id) => !seenAt.has(id))
  await eachOf(gone, async (id) => {
    const response = await fetch(`${url}/api/default/executions/${id}`)
    outcomes.set(id, response.ok ? (await response.json()).outcome : undefined)
  })
  return outcomes
}

async function eachOf(items, act) {
  let next = 0
  const worker = async () => {
    for (let at = next++; at < items.length; at = next++) await act(items[at])
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
