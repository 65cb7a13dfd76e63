import { expect, test } from 'vitest'
import { contract } from '@/lib/api/contract'
import { checkWritable } from './gate'
import { readSettings } from './settings'

const writable = readSettings({})
const readOnly = readSettings({ GEARBOARD_READ_ONLY: '1' })
const REPLICA = '10.0.0.1:6379 is a replica.'

test('what changes something is refused where Gearboard or the connection takes no writes, in the words of that', () => {
  expect(() => checkWritable(contract.abortExecution, writable, null)).not.toThrow()
  expect(() => checkWritable(contract.abortExecution, readOnly, REPLICA)).toThrow('GEARBOARD_READ_ONLY')
  expect(() => checkWritable(contract.abortExecution, writable, REPLICA)).toThrow(REPLICA)
})

test('looking and signing in change nothing', () => {
  for (const endpoint of [contract.executions, contract.signIn]) {
    expect(() => checkWritable(endpoint, readOnly, REPLICA)).not.toThrow()
  }
})

test('what Gearboard keeps itself is no write to the server', () => {
  for (const endpoint of [contract.saveView, contract.changeView, contract.deleteView])
    for (const settings of [readOnly, writable]) expect(() => checkWritable(endpoint, settings, REPLICA)).not.toThrow()
})
