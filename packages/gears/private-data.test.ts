import { describe, expect, it } from 'vitest'
import { ReplyGate } from './link/reply-gate'
import { PRIVATE_DATA_CUT, PrivateDataReader, parsePrivateData } from './private-data'

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

describe('a session of thousands', () => {
  const ids = Array.from({ length: 2000 }, (_, i) => `'${'a'.repeat(40)}-${i}'`).join(',')
  const long = named('a shop', requirement('numpy==1.2')).replace("'a-1','a-2'", ids)
  const dump = (...texts: readonly string[]) =>
    `*${texts.length}\r\n${texts.map((text) => `*2\r\n$2\r\nPD\r\n$${Buffer.byteLength(text)}\r\n${text}\r\n`).join('')}`

  it('takes little of each entry, on the way and afterwards, and reads what else it tells', () => {
    const gate = new ReplyGate({
      protocol: 2,
      maxBytes: 100_000,
      awaited: () => 'RG.DUMPREGISTRATIONS',
      cutOf: () => PRIVATE_DATA_CUT,
    })
    const whole = Buffer.from(dump(long, long, long))
    const pieces: Buffer[] = []
    for (let at = 0; at < whole.length; at += 4096) pieces.push(...gate.readChunk(whole.subarray(at, at + 4096)))
    const passed = Buffer.concat(pieces)
    expect(whole.length).toBeGreaterThan(250_000)
    expect(passed.length).toBeLessThan(62_000)
    const cut = passed.subarray(passed.indexOf('{'), passed.indexOf('}\r\n') + 1)
    const { raw, ...read } = parsePrivateData(cut.toString())
    expect(read).toEqual({ session: 'mine', sessionDescription: 'a shop', requirements: ['numpy==1.2'] })
    expect(raw.length).toBeLessThan(4000)
    expect(raw).toMatch(/'registrationsList':\['a{40}-0'.*… others left out …\], 'depsList':\[/)
  })

  it('is read once for entries that tell the same, and anew where they differ', () => {
    const reader = new PrivateDataReader()
    const read = (text: string) => reader.read(Buffer.from(text))
    expect(read(long)).toBe(read(long))
    expect(read(named('a shop'))).toEqual(parsePrivateData(named('a shop')))
    expect(read(named('a shoe'))).toEqual(parsePrivateData(named('a shoe')))
    expect(read(named('a shop', requirement('six'))).requirements).toEqual(['six'])
  })

  it('keeps its name where the description itself is cut', () => {
    const cut = `{'sessionName':'mine', 'sessionDescription':'${'x'.repeat(900)}… 123 bytes left out …'], 'depsList':[]}`
    expect(parsePrivateData(cut)).toMatchObject({ session: 'mine', sessionDescription: null })
  })
})
