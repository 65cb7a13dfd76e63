import { expect, test } from 'vitest'
import { History } from '@/lib/server/history/history'
import { counters, idOf, newDirectory, registration, sample, T0 } from '@/lib/server/history/testing/index'
import { Recorder } from './recorder'

test('a registration that nothing changes is on record as last seen by the last poll that listed it', async () => {
  const history = History.open({
    data: newDirectory(),
    retention: { maxAgeMs: 1e12, auditMaxAgeMs: 1e12, maxBytes: 1e9 },
  })
  const recorder = new Recorder('default', history)
  // The hub publishes a row as it changes: this one changed at T0 for the last time.
  const row = registration(T0, counters(3))
  const registrations = new Map([[row.key, row]])
  for (const at of [T0, T0 + 61_000, T0 + 840_000])
    recorder.recordPublication({ changes: [], registrations, lastListed: () => at - 300, gone: [], sample: sample(at) })
  await history.flush()
  expect(history.store.registrations.all('default')).toMatchObject([{ key: idOf(1), lastSeen: T0 + 839_700 }])
  await history.close()
})
