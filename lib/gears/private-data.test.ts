import { describe, expect, it } from 'vitest'
import { parsePrivateData } from './private-data'

const named = (description: string, requirements = '') =>
  `{'sessionName':'mine', 'sessionDescription':'${description}', 'refCount': 1, 'linkedTo': primary, 'dead': false, 'isInstallationNeeded':0, 'registrationsList':['a-1','a-2'], 'depsList':[${requirements}]}`
const requirement = (name: string) => `{'name':'${name}', 'basePath':'/var/p', 'wheels':['a.whl','b.whl']}`

describe('parsePrivateData', () => {
  it('reads the form of 1.2.2 and later', () => {
    const raw = named('a shop', `${requirement('numpy==1.2')},${requirement('foo[bar]')}`)
    expect(parsePrivateData(raw)).toEqual({
      raw,
      session: 'mine',
      sessionDescription: 'a shop',
      requirements: ['numpy==1.2', 'foo[bar]'],
    })
  })

  it('reads descriptions that look like the rest', () => {
    expect(parsePrivateData(named('null')).sessionDescription).toBeNull()
    for (const odd of ["it's", "x', 'refCount': 7, 'y", 'two\nlines', "]}'", '']) {
      expect(parsePrivateData(named(odd)).sessionDescription).toBe(odd)
    }
  })

  it('reads the form of 1.0 and up to 1.2.1', () => {
    const raw = `{'sessionId':'${'0'.repeat(40)}-12', 'depsList':[${requirement("six; python_version < '3'")}]}`
    expect(parsePrivateData(raw)).toEqual({
      raw,
      session: `${'0'.repeat(40)}-12`,
      sessionDescription: null,
      requirements: ["six; python_version < '3'"],
    })
  })

  it.each(['', '{}', 'PD', "{'sessionName':'mine'", named('x').slice(0, -1)])('keeps %j as it is', (raw) =>
    expect(parsePrivateData(raw)).toEqual({ raw, session: null, sessionDescription: null, requirements: [] }),
  )
})
