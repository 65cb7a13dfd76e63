import { expect, test } from 'vitest'
import { ACL_LEVELS, aclCommands } from './acl'
import { FEATURE_COMMANDS, FEATURES, missingFeatures } from './features'

const names = (allowed: readonly string[]) => missingFeatures(new Set(allowed)).map(({ feature }) => feature)
const allBut = (...lacking: readonly string[]) => FEATURE_COMMANDS.filter((name) => !lacking.includes(name))

test('who may send all has every feature, who may send nothing has none', () => {
  expect(names(FEATURE_COMMANDS)).toEqual([])
  expect(names([])).toEqual(FEATURES)
})

test.each([
  [['RG.PYEXECUTE'], ['Running and registering scripts']],
  [['RG.UNPAUSEREGISTRATIONS'], ['Pausing and resuming registrations']],
  [['XINFO|GROUPS', 'SCAN'], ['Streams and their lag']],
  [
    ['RG.TRIGGER', 'OBJECT|ENCODING'],
    ['Triggering commands', 'Test events'],
  ],
])('without %j there is no %j', (lacking, features) => {
  expect(names(allBut(...lacking))).toEqual(features)
  const told = missingFeatures(new Set(allBut(...lacking))).flatMap(({ commands }) => commands)
  expect(told.sort()).toEqual([...lacking].sort())
})

test('each level has the features of its commands, and who develops has them all', () => {
  const [watch = [], operate = [], develop] = ACL_LEVELS.map((level) => names(aclCommands(level, '1.2')))
  expect(watch).toContain('Unregistering')
  expect(watch).not.toContain('Streams and their lag')
  expect(operate).toEqual(['Running and registering scripts', 'Exporting requirements', 'Importing requirements'])
  expect(develop).toEqual([])
})
