import { expect, test } from 'vitest'
import { descriptionInWords, NAME_CHARS, nameOfDescription } from './description'
import { registrationName } from './registration'

// As rgsync writes them.
const RGSYNC = '{"name":"emp.KeysReader", "version":"1.0.0", "desc":"add each changed key with prefix emp:* to Stream"}'

test.each([
  [RGSYNC, 'emp.KeysReader', 'emp.KeysReader: add each changed key with prefix emp:* to Stream'],
  ['{"desc": "write behind", "owner": "ops"}', 'write behind', 'write behind'],
  ['{"Title":"  Nightly sync ","interval":60}', 'Nightly sync', 'Nightly sync'],
  ['{"task":"sync","table":"emp"}', 'task sync, table emp', 'task sync, table emp'],
  ['{"nested":{"name":"x"}}', '{"nested":{"name":"x"}}', '{"nested":{"name":"x"}}'],
  ['{"name":""}', '{"name":""}', '{"name":""}'],
  ['{not json}', '{not json}', '{not json}'],
  ['["name","x"]', '["name","x"]', '["name","x"]'],
  [' plain\n words ', 'plain words', 'plain\n words'],
])('%s', (text, name, words) => {
  expect(nameOfDescription(text)).toBe(name)
  expect(descriptionInWords(text)).toBe(words)
})

test('a name is bounded, whatever it is made of', () => {
  const endless = 'x'.repeat(14_000)
  const args = { prefix: endless, eventTypes: null, keyTypes: null, hookCommands: null }
  for (const name of [
    nameOfDescription(endless),
    nameOfDescription(JSON.stringify({ name: endless })),
    registrationName({ description: endless, reader: 'KeysReader', args }),
    registrationName({ description: null, reader: 'KeysReader', args }),
    registrationName({ description: ' ', reader: 'CommandReader', args: { trigger: endless, inOrder: null } }),
  ]) {
    expect(name).toHaveLength(NAME_CHARS)
    expect(name).toMatch(/x…$/)
  }
})
