/**
 * What searching 1,000,000 remembered executions takes, and how long it keeps the event loop from anything else: 50 ms of a processor is the
 * limit. A busy machine adds its own waits to what a clock tells, so both are shown.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import SyncDatabase from 'libsql'
import { bundleForNode } from '../lib/server/history/testing/bundle.mjs'

const ROWS = Number(process.env.ROWS ?? 1_000_000)
const LIMIT_MS = 50
const T0 = 1_760_000_000_000
const bundle = await bundleForNode('lib/server/history/index.ts')
const { openHistory } = await import(pathToFileURL(bundle).href)
const directory = mkdtempSync(join(tmpdir(), 'gearboard-bench-'))
const options = {
  directory,
  retention: { maxAgeMs: 1e12, auditMaxAgeMs: 1e12, maxBytes: 1e12 },
  clock: () => T0 + ROWS * 100,
}
try {
  await openHistory(options).close()
  const db = new SyncDatabase(join(directory, 'history.db'))
  db.exec(`
    INSERT INTO connection (id, name) VALUES (1, 'default');
    INSERT INTO execution (connection, key, epoch, gears_id, shard, status, outcome, registered, results, errors, first_error, duration_ms,
      first_seen, observed, last_seen, end_seen, precision_ms, answered, shards, origin_kind, origin_name, origin_id)
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS - 1})
    SELECT 1, printf('%040d-%d', 7, i), 1, printf('%040d-%d', 7, i), printf('shard-%d', i % 3), 'done',
      CASE WHEN i % 50 = 0 THEN 'failed' WHEN i % 997 = 0 THEN 'aborted' ELSE 'ok' END, i % 2, i % 100, i % 50 = 0,
      CASE WHEN i = 1000 THEN 'the needle' WHEN i % 50 = 0 THEN 'KeyError: currency ' || i END, (i * 7919) % 5000,
      ${T0} + i * 100, ${T0} + i * 100, ${T0} + i * 100 + 50, ${T0} + i * 100 + 50, 500, 1, 1,
      'submission', printf('function-%d', (i * 17) % 50), 's' || i % 1000
    FROM n`)
  db.close()
  const history = openHistory(options)
  const to = T0 + ROWS * 100
  const pages = async (filter) => {
    let cursor
    let found = 0
    do {
      const page = await history.executions({ connection: 'default', filter, limit: 500, ...(cursor && { cursor }) })
      found += page.executions.length
      cursor = page.next
    } while (cursor && found < 500)
    return `${found} found`
  }
  const functions = async (query) => {
    const answer = await history.functions({ connection: 'default', from: T0, to, points: 60, ...query })
    return `${answer.executions} counted`
  }
  const work = {
    'the newest page': () => pages(''),
    'status:failed': () => pages('status:failed'),
    'one in all: needle': () => pages('needle'),
    '-function:ü, which SQL leaves to the filter': () => pages('-function:ü status:aborted seen:<1h'),
    'reader:keys': () => pages('reader:keys'),
    '-status:ok duration:>4s -shard:shard-1 error:currency': () =>
      pages('-status:ok duration:>4s -shard:shard-1 error:currency'),
    'runs by function, all': () => functions({}),
    'runs by function, one': () => functions({ name: 'function-7' }),
  }
  console.log(`${ROWS} executions`)
  console.log(''.padEnd(56), 'ms'.padStart(8), 'longest hold, ms'.padStart(18), 'of a processor'.padStart(18))
  for (const [name, run] of Object.entries(work)) {
    let longest = 0
    let busiest = 0
    let last = performance.now()
    let used = process.cpuUsage()
    let running = true
    const watch = () => {
      const now = performance.now()
      const since = process.cpuUsage(used)
      longest = Math.max(longest, now - last)
      // Other threads count, too: it is no more than what passed.
      busiest = Math.max(busiest, Math.min(now - last, (since.user + since.system) / 1000))
      last = now
      used = process.cpuUsage()
      if (running) setImmediate(watch)
    }
    setImmediate(watch)
    const start = performance.now()
    const result = await run()
    const ms = performance.now() - start
    await new Promise(setImmediate)
    running = false
    console.log(
      name.padEnd(56),
      ms.toFixed(0).padStart(8),
      longest.toFixed(1).padStart(18),
      `${busiest.toFixed(1)}${busiest > LIMIT_MS ? ' (over)' : ''}`.padStart(18),
      result,
    )
  }
  await history.close()
} finally {
  rmSync(directory, { recursive: true, force: true })
  rmSync(bundle, { force: true })
}
