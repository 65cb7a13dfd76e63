import { expect, test } from 'vitest'
import { targetOf, undoneBy } from './audit-targets'

const source = { kind: 'source', id: 's-1' } as const
const registration = { kind: 'registration', id: 'r-1' } as const

test.each([
  ['abortExecution', 'e-1', undefined, { kind: 'execution', id: 'e-1' }],
  ['dropExecution', 'e-1@shard', undefined, { kind: 'execution', id: 'e-1@shard' }],
  ['unregister', 'r-1', undefined, registration],
  ['submit', 'order-pipeline', [registration, source], source],
  ['submit', 'order-pipeline', undefined, undefined],
  ['submit', null, [source], undefined],
  ['setConfig', 'MaxExecutions', undefined, undefined],
  ['ofAnotherVersion', 'x', undefined, undefined],
  ['toString', 'x', undefined, undefined],
] as const)('the target of %s %s', (action, target, links, expected) => {
  expect(targetOf({ action, target, ...(links && { links }) })).toEqual(expected)
})

test.each([
  ['unregister', 'ok', [source], [source]],
  // The button leads to the editor while some shards still have it.
  ['unregister', 'partial', [source, { kind: 'source', id: 's-2' }], [source, { kind: 'source', id: 's-2' }]],
  ['unregister', 'failed', [source], []],
  ['unregister', 'refused', [source], []],
  ['unregister', 'ok', [registration], []],
  // An earlier Gearboard recorded no links.
  ['unregister', 'ok', undefined, []],
  ['submit', 'ok', [source, registration], []],
] as const)('what undoes %s, %s', (action, outcome, links, expected) => {
  expect(undoneBy({ action, outcome, ...(links && { links }) })).toEqual(expected)
})
