import { expect, test } from 'vitest'
import { targetOf } from './audit-targets'

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
