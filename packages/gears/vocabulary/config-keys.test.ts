import { describe, expect, it } from 'vitest'
import { configKey, configValueProblem, sameButForCase, similarConfigKey } from './config-keys'

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

it('sameButForCase finds what RG.CONFIGSET takes for a key of its own', () => {
  expect(sameButForCase('maxexecutions')?.name).toBe('MaxExecutions')
  expect(sameButForCase('MaxExecutions')).toBeUndefined()
  expect(sameButForCase('mine')).toBeUndefined()
})

describe('configValueProblem', () => {
  it.each([
    ['MaxExecutions', '-1', undefined],
    ['MaxExecutions', '1.5', 'MaxExecutions must be a whole number'],
    ['MaxExecutions', '', 'MaxExecutions must be a whole number'],
    ['ExecutionMaxIdleTime', '0', 'ExecutionMaxIdleTime must be at least 1'],
    ['SendMsgRetries', '0', undefined],
    ['DependenciesUrl', 'anything', undefined],
  ])('%s = %j: %s', (name, value, problem) => {
    const key = configKey(name)
    expect(key && configValueProblem(key, value)).toBe(problem)
  })
})
