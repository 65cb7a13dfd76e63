/**
 * The embedded RedisGears at its full event rate, Gearboard with its recorder on it, and five browsers that watch: what grows, what is
 * late, what is missed. Ends with 1 when something is beyond its bound.
 * usage: node bench/soak/soak.mjs [--minutes 30] [--untimed] [--report FILE]
 * `--untimed` leaves the machine some air, and judges only what holds however busy it is: truth and memory. FILE gets the figures as JSON.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { build, isBuilt } from '../../bin/build.mjs'
import { dropsOf, heapMb, openBrowsers } from './browsers.mjs'
import { median, percentile, slopePerHour } from './figures.mjs'
import { startLoad } from './load.mjs'
import { cpuSeconds, endPrograms, residentMb, startEngine, startGearboard } from './processes.mjs'
import { compare } from './truth.mjs'

const SHARDS = 3
/** The age of each shard's data is asked so often, ms. */
const AGE_EVERY_MS = 250
/** Memory is looked at so often at most, ms: the collection of five pages' garbage is a load of its own. */
const LOOK_EVERY_MS = 5000
const MAX_LOOKS = 120
/** The first part is warm-up: caches, the code's compilation and the first full lists are no growth. */
const WARM_UP = 0.2

/** Between two batches where nothing is timed: the machine belongs to others, too. */
const PAUSE_MS = 60

const BOUNDS = {
  /** Gearboard's server, MB: at any time, and from the end of the warm-up to the end. */
  residentMb: 700,
  grownMb: 120,
  /** Heap of a page after a collection, MB: at any time, and grown. */
  heapMb: 120,
  heapGrownMb: 30,
  ageP99Ms: 2000,
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    untimed: { type: 'boolean', default: false },
    report: { type: 'string' },
  },
})
const minutes = Number(values.minutes)
if (!(minutes > 0)) {
  console.error(`--minutes must be a number above 0, not ${JSON.stringify(values.minutes)}`)
  process.exit(2)
}

/** Poll ages by shard, ms, as a viewer has them: with the time that the answer took. */
async function watchAges(url, ages, signal) {
  while (!signal.aborted) {
    const askedAt = Date.now()
    const text = await (await fetch(`${url}/metrics`)).text()
    const tookMs = Date.now() - askedAt
    for (const [, shard, seconds] of text.matchAll(
      /^gearboard_shard_answer_age_seconds\{.*shard="(\w+)".*\} (\S+)$/gm,
    )) {
      ages.set(shard, [...(ages.get(shard) ?? []), Number(seconds) * 1000 + tookMs])
    }
    await delay(AGE_EVERY_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** One page at a time: the collection of its garbage takes most of a processor for a second, from what is measured. */
async function look(programs, pages, at) {
  const page = at % pages.length
  return {
    at: Date.now(),
    gearboardMb: residentMb(programs.gearboard.child.pid),
    engineMb: residentMb(programs.engine.child.pid),
    page,
    heapMb: await heapMb(pages[page]),
  }
}

const startedAt = Date.now()
const tell = (what) => console.log(`${((Date.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${what}`)

async function soak(data) {
  const engine = await startEngine(SHARDS)
  const gearboard = await startGearboard({ enginePort: engine.ports[0], data })
  const load = await startLoad(engine.ports, values.untimed ? PAUSE_MS : 0)
  try {
    return await watch({ engine, gearboard, load })
  } finally {
    await load.stop()
  }
}

async function watch({ engine, gearboard, load }) {
  const first = await firstRun(load)
  const paths = ['overview', 'executions', 'registrations', 'memory', `executions/${first}`].map(
    (path) => `/default/${path}`,
  )
  tell('the load runs; opening five browsers')
  const browsers = await openBrowsers(gearboard.url, paths)
  tell(`they listen; ${minutes} minutes from now`)
  const ages = new Map()
  const watching = new AbortController()
  const watched = watchAges(gearboard.url, ages, watching.signal)

  const start = { at: Date.now(), events: load.counts.events, cpu: cpuSeconds(gearboard.child.pid) }
  const looks = []
  const everyMs = Math.max(LOOK_EVERY_MS, (minutes * 60_000) / MAX_LOOKS)
  for (let at = start.at; at <= start.at + minutes * 60_000; at += everyMs) {
    await delay(Math.max(0, at - Date.now()))
    looks.push(await look({ engine, gearboard }, browsers.pages, looks.length))
  }
  const seconds = (Date.now() - start.at) / 1000
  const rates = {
    eventsPerS: (load.counts.events - start.events) / seconds,
    cpuShare: (cpuSeconds(gearboard.child.pid) - start.cpu) / seconds,
  }
  watching.abort()
  await watched
  await load.stop()
  const { connections } = await (await fetch(`${gearboard.url}/api/connections`)).json()
  tell('the load is over; comparing with what the shards say')
  const truth = await compare(gearboard.url, engine.ports, load.runs)
  const history = await (await fetch(`${gearboard.url}/api/default/history`)).json()
  const pages = browsers.pages.map((page) => ({ path: page.seen.path, drops: dropsOf(page), errors: page.seen.errors }))
  await browsers.close()
  return { seconds, rates, looks, ages, truth, history, pages, details: connections[0]?.details }
}

/** Some run to look at; it is evicted soon, and its page must stay. */
async function firstRun({ runs }) {
  while (runs.size === 0) await delay(20)
  return runs.keys().next().value
}

function figuresOf({ seconds, rates, looks, ages, truth, history, pages, details }) {
  const memory = (read, of = looks) => {
    const settled = of.slice(Math.floor(of.length * WARM_UP))
    const part = Math.max(1, Math.floor(settled.length / 8))
    return {
      startMb: read(settled[0]),
      endMb: read(settled.at(-1)),
      mostMb: Math.max(...of.map(read)),
      grownMb: median(settled.slice(-part).map(read)) - median(settled.slice(0, part).map(read)),
      perHourMb: slopePerHour(settled.map((each) => [each.at, read(each)])),
    }
  }
  const heap = (page) =>
    memory(
      (each) => each.heapMb,
      looks.filter((each) => each.page === page),
    )
  return {
    seconds,
    ...rates,
    gearboard: memory((each) => each.gearboardMb),
    engine: memory((each) => each.engineMb),
    pages: pages.map((page, at) => ({ ...page, heap: heap(at) })),
    agesMs: [...ages].map(([shard, all]) => ({
      shard: shard.slice(0, 4),
      p50: percentile(all, 50),
      p99: percentile(all, 99),
      most: Math.max(...all),
    })),
    truth,
    recorder: {
      ...history.written,
      executions: history.executions,
      dropped: history.queue.dropped,
      bytes: history.bytes,
    },
    details,
  }
}

/** What is beyond its bound, in words. */
function judge({ gearboard, pages, agesMs, truth, recorder }) {
  const over = (what, value, bound, unit) =>
    value > bound ? [`${what}: ${value.toFixed(0)} ${unit}, the bound is ${bound}`] : []
  const always = [
    ...truth.wrong.slice(0, 20),
    ...over('entries that the recorder gave up', recorder.dropped, 0, ''),
    ...over('memory of Gearboard', gearboard.mostMb, BOUNDS.residentMb, 'MB'),
    ...pages.flatMap(({ path, heap, errors }) => [
      ...over(`heap of ${path}`, heap.mostMb, BOUNDS.heapMb, 'MB'),
      ...errors.map((message) => `${path} threw ${message}`),
    ]),
  ]
  if (values.untimed) return always
  return [
    ...always,
    ...over('growth of Gearboard', gearboard.grownMb, BOUNDS.grownMb, 'MB'),
    ...pages.flatMap(({ path, heap, drops }) => [
      ...over(`growth of the heap of ${path}`, heap.grownMb, BOUNDS.heapGrownMb, 'MB'),
      ...over(`broken streams of ${path}`, drops, 0, ''),
    ]),
    ...agesMs.flatMap(({ shard, p99 }) => over(`age of ${shard}'s data, p99`, p99, BOUNDS.ageP99Ms, 'ms')),
  ]
}

function print({ seconds, eventsPerS, cpuShare, gearboard, engine, pages, agesMs, truth, recorder, details }) {
  const n = (value, digits = 0) =>
    value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits })
  const memory = (name, { startMb, endMb, mostMb, grownMb, perHourMb }) =>
    console.log(
      `${name.padEnd(34)} ${n(startMb, 1).padStart(8)} ${n(endMb, 1).padStart(8)} ${n(mostMb, 1).padStart(8)} ${n(grownMb, 1).padStart(8)} ${n(perHourMb, 1).padStart(10)}`,
    )
  console.log(
    `${n(seconds)} s, ${n(eventsPerS)} events/s on ${SHARDS} shards; Gearboard used ${n(cpuShare * 100)} % of a processor\n`,
  )
  console.log(
    `${'memory, MB'.padEnd(34)} ${['start', 'end', 'most', 'grown'].map((word) => word.padStart(8)).join(' ')}   per hour`,
  )
  memory('Gearboard, resident', gearboard)
  memory('engine, resident', engine)
  for (const { path, heap } of pages) memory(path.replace(/[0-9a-f]{30,}/, '…'), heap)
  console.log(`\nage of data, ms                         p50      p99     most`)
  for (const { shard, p50, p99, most } of agesMs)
    console.log(`${shard.padEnd(34)} ${[p50, p99, most].map((ms) => n(ms).padStart(8)).join(' ')}`)
  console.log(`\nbroken streams: ${pages.map(({ drops }) => drops).join(', ')}`)
  console.log(
    `compared: ${truth.registrations} registrations, ${truth.held} listed executions, ${truth.runs} runs; ${truth.wrong.length} differences`,
  )
  console.log(
    `recorder: ${n(recorder.executions)} executions, ${n(recorder.entries)} entries, ${recorder.dropped} given up, held the loop for ${n(recorder.longestHoldMs)} ms at most, ${n(recorder.bytes / 1e6)} MB`,
  )
  console.log(
    `details at the end of the load: ${details?.budgetPerS} a second, ${n(details?.skippedLastMinute ?? 0)} skipped in the last minute`,
  )
}

if (!isBuilt()) await build()
const data = mkdtempSync(join(tmpdir(), 'gearboard-soak-'))
try {
  const figures = figuresOf(await soak(data))
  print(figures)
  const problems = judge(figures)
  if (values.report) writeFileSync(values.report, JSON.stringify({ ...figures, problems }, null, 2))
  console.log(problems.length > 0 ? `\nBEYOND ITS BOUND\n${problems.join('\n')}` : '\nall within their bounds')
  process.exitCode = problems.length > 0 ? 1 : 0
} finally {
  await endPrograms()
  rmSync(data, { recursive: true, force: true })
}
