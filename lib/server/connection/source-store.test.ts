import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { History } from '@/lib/server/history/history'
import { readSettings } from '@/lib/server/settings'
import { closedAfter } from '@/test/watched-connection'
import { type NewSource, SourceStore } from './source-store'

/** More than are kept at hand. */
const MANY = 501

const NOT_RECORDED = () => History.none('not here')

function openHistory(): History {
  const directory = mkdtempSync(join(tmpdir(), 'gearboard-sources-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const history = History.open(readSettings({ GEARBOARD_DATA: directory }))
  closedAfter(() => history.close())
  return history
}

const sent = (script: string, options: Partial<NewSource['options']> = {}): NewSource => ({
  script,
  requirements: [],
  author: 'ada',
  options: { blocking: false, upgrade: false, forceReinstallRequirements: false, ...options },
})

test('a script has the name of its description, else of its session, else the next number', async () => {
  const store = new SourceStore('default', NOT_RECORDED())
  expect(await store.addSource(sent('a', { description: 'counts words', id: 'count' }))).toMatchObject({
    name: 'counts words',
  })
  expect(await store.addSource(sent('b', { id: 'count' }))).toMatchObject({ name: 'count', givenName: 'count' })
  expect(await store.addSource(sent('c'))).toMatchObject({ name: 'submission 1', givenName: null })
  expect(await store.addSource(sent('d'))).toMatchObject({ name: 'submission 2' })
})

test('numbers continue where the Gearboard before stopped, for each connection by itself', async () => {
  const history = openHistory()
  const before = new SourceStore('default', history)
  for (const script of ['a', 'b', 'c']) await before.addSource(sent(script))
  await new SourceStore('other', history).addSource(sent('d'))
  expect(await new SourceStore('default', history).addSource(sent('e'))).toMatchObject({ name: 'submission 4' })
  expect(await new SourceStore('other', history).addSource(sent('f'))).toMatchObject({ name: 'submission 2' })
})

for (const [where, open] of [
  ['the history', openHistory],
  ['the store alone', NOT_RECORDED],
] as const) {
  test(`a registration leads to the script that made it, as ${where} remembers it, by its id and session`, async () => {
    const store = new SourceStore('default', open())
    const source = await store.addSource(sent('GB().register()', { id: 'count' }))
    await store.answered(source, { outcome: 'registered', registrations: ['0-1'] })
    expect(store.madeBy({ id: '0-1', session: 'count' })).toBe(source.id)
    expect(store.scriptOf({ id: '0-1', session: 'count' })).toBe('GB().register()')
    // After a restart of the server the same id belongs to another script.
    for (const other of [
      { id: '0-1', session: 'another' },
      { id: '0-2', session: 'count' },
    ]) {
      expect(store.madeBy(other)).toBeUndefined()
      expect(store.scriptOf(other)).toBeUndefined()
    }
  })
}

test('what another run of Gearboard sent is found in the history', async () => {
  const history = openHistory()
  const before = new SourceStore('default', history)
  const source = await before.addSource(sent('GB().register()', { id: 'count', description: 'counts' }))
  await before.answered(source, { outcome: 'registered', registrations: ['0-1'] })
  await history.flush()
  const store = new SourceStore('default', history)
  expect(store.scriptOf({ id: '0-1', session: 'count' })).toBe('GB().register()')
  expect(store.get(source.id)).toMatchObject({ script: 'GB().register()', givenName: 'counts' })
  expect(new SourceStore('other', history).madeBy({ id: '0-1', session: 'count' })).toBeUndefined()
})

test('the oldest scripts are forgotten, by their number and by their size', async () => {
  const many = new SourceStore('default', NOT_RECORDED())
  const first = await many.addSource(sent('first'))
  const second = await many.addSource(sent('second'))
  for (let n = 2; n < MANY; n++) await many.addSource(sent('more'))
  expect(many.get(first.id)).toBeUndefined()
  expect(many.get(second.id)).toMatchObject({ script: 'second' })

  const large = new SourceStore('default', NOT_RECORDED())
  const text = 'x'.repeat(8_000_000)
  const ids: string[] = []
  for (let n = 0; n < 3; n++) ids.push((await large.addSource(sent(text))).id)
  expect(ids.map((id) => large.get(id) !== undefined)).toEqual([false, true, true])
})

test('a script that cannot be recorded is not to be sent', async () => {
  const history = openHistory()
  const store = new SourceStore('default', history)
  await history.close()
  await expect(store.addSource(sent('late'))).rejects.toMatchObject({ name: 'HistoryError' })
})
