/**
 * Records what a Gearboard of yesterday would have seen: one execution a second, of which one in a thousand failed. Arguments: directory,
 * how many.
 */
import type { Execution } from '@/lib/model/executions/execution'
import { openHistoryStore } from '@/lib/server/history'

const [directory = '', rows = '0'] = process.argv.slice(2)
const SHARD = '7'.repeat(40)
const DAY_MS = 24 * 3_600_000

const remembered = (n: number, at: number): Execution => ({
  key: `${SHARD}-${n}`,
  id: `${SHARD}-${n}`,
  shard: 'standalone',
  status: 'done',
  outcome: n % 1000 === 7 ? 'failed' : 'ok',
  registered: false,
  results: 1,
  errors: n % 1000 === 7 ? 1 : 0,
  firstError: n % 1000 === 7 ? `KeyError: ${n}` : null,
  durationMs: n % 100,
  identity: null,
  firstSeen: at,
  lastSeen: at + 500,
  endSeen: at + 500,
  precisionMs: 500,
  live: false,
  coverage: { answered: 1, of: 1 },
  origin: { kind: 'submission', name: 'of-yesterday', sourceId: 's' },
})

const history = openHistoryStore({ directory, retention: { maxAgeMs: 1e12, auditMaxAgeMs: 1e12, maxBytes: 1e9 } })
const start = Date.now() - DAY_MS
for (let n = 0; n < Number(rows); n++) history.executions.record('default', remembered(n, start + n * 1000))
await history.close()
