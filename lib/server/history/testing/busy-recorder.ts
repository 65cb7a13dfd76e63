/**
 * Records as fast as a busy server would make it, until it is killed; for each slice it writes `<sequence> <time>` to standard output:
 * everything up to that sequence was recorded by then; behind it what is wrong, if something is. Arguments: directory, first sequence, `forget` to run the retention all the time.
 */
import { openHistoryStore } from '@/lib/server/history'

const [directory = '', first = '0', mode] = process.argv.slice(2)
const SHARD = '0'.repeat(40)
const PER_SLICE = 20
const SLICE_MS = 20

const history = openHistoryStore({
  directory,
  retention: { maxAgeMs: 1e12, auditMaxAgeMs: 1e12, maxBytes: mode === 'forget' ? 3_000_000 : 1e9 },
})
if (history.stats().role !== 'writer') throw new Error('another process holds the lock')

let sequence = Number(first)

function record(at: number): void {
  const id = `${SHARD}-${sequence++}`
  const failed = sequence % 10 === 0
  history.executions.record(
    'default',
    {
      key: id,
      id,
      shard: 'standalone',
      status: 'done',
      outcome: failed ? 'failed' : 'ok',
      registered: true,
      results: 1,
      errors: failed ? 1 : 0,
      firstError: failed ? 'KeyError' : null,
      durationMs: 1.5,
      identity: null,
      firstSeen: at,
      lastSeen: at,
      endSeen: at,
      precisionMs: 500,
      live: true,
      coverage: { answered: 1, of: 1 },
      origin: { kind: 'unknown' },
    },
    {
      parts: [
        {
          shard: 'standalone',
          status: 'done',
          shardsReceived: 1,
          shardsCompleted: 1,
          results: 1,
          errors: failed ? ['something went wrong '.repeat(20)] : [],
          totalDurationMs: 1.5,
          readDurationMs: 0.5,
          steps: [{ type: 'map', name: 'work', arg: '', durationMs: null, global: false }],
        },
      ],
    },
  )
}

setInterval(() => {
  const at = Date.now()
  for (let i = 0; i < PER_SLICE; i++) record(at)
  history.series.recordSample('default', {
    at,
    running: 1,
    waiting: 0,
    ended: { ok: PER_SLICE, failed: 0, aborted: 0, unknown: 0 },
    triggered: PER_SLICE,
    failures: 0,
    memory: {},
  })
  process.stdout.write(`${sequence - 1} ${at} ${history.state.reason ?? ''}\n`)
}, SLICE_MS)

async function forgetForEver(): Promise<void> {
  for (;;) {
    await history.maintain()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
if (mode === 'forget') void forgetForEver()
