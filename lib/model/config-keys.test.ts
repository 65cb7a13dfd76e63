import { describe, expect, it } from 'vitest'
import { configKey, similarConfigKey } from './config-keys'

describe('similarConfigKey', () => {
  it.each([
    ['maxexecutions', 'MaxExecutions'],
    ['MaxExecution', 'MaxExecutions'],
    ['MaxExectuions', 'MaxExecutions'],
    ['ProfileExecution', 'ProfileExecutions'],
    ['PythonAtemptTraceback', 'PythonAttemptTraceback'],
    ['ForceDownloadDepsOnEnterprise', 'ForeceDownloadDepsOnEnterprise'],
  ])('%s probably means %s', (typed, meant) => expect(similarConfigKey(typed)?.name).toBe(meant))

  it.each(['MaxExecutions', 'my-threshold', 'x', ''])('%j means itself', (name) =>
    expect(similarConfigKey(name)).toBeUndefined(),
  )
})

it('configKey is case-sensitive, as RG.CONFIGGET is', () => {
  expect(configKey('MaxExecutions')?.defaultValue).toBe(1000)
  expect(configKey('maxexecutions')).toBeUndefined()
})
