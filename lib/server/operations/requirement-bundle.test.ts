import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Bundle, bundleParts, judgeBundle, readBundle } from './requirement-bundle'

const data = [Buffer.from([0, 10, 255, 13]), Buffer.from('second\nchunk')]
const bundle: Bundle = {
  name: 'rgdemo==0.1',
  chunks: data.map((chunk) => chunk.length),
  sha256: createHash('sha256').update(Buffer.concat(data)).digest('hex'),
  wheels: ['rgdemo-0.1-py3-none-any.whl'],
  os: 'linux-bookworm-x64',
  data,
}
const file = Buffer.concat([...bundleParts(bundle)])

describe('a bundle', () => {
  it('gives back the chunks as they were cut', () => {
    const read = readBundle(file)
    expect(read.name).toBe('rgdemo==0.1')
    expect(read.data.map((chunk) => [...chunk])).toEqual(data.map((chunk) => [...chunk]))
  })

  it('is refused when a byte changed, when it was cut, and when it is something else', () => {
    const damaged = Buffer.from(file)
    damaged[file.length - 1] = 0
    expect(() => readBundle(damaged)).toThrow('SHA-256 does not match')
    expect(() => readBundle(file.subarray(0, -3))).toThrow(/bytes, but its header says/)
    expect(() => readBundle(Buffer.from('PK\x03\x04'))).toThrow('wrong first line')
    expect(() => readBundle(Buffer.from('gearboard requirement bundle 1\n{"name":1}\n'))).toThrow(
      'header cannot be read',
    )
  })

  it('is judged by as much of it as has come', () => {
    const headEnd = file.length - data.reduce((sum, chunk) => sum + chunk.length, 0)
    for (const length of [0, 1, 20, headEnd - 1]) expect(judgeBundle(file.subarray(0, length))).toBe(false)
    for (const length of [headEnd, file.length]) expect(judgeBundle(file.subarray(0, length))).toBe(true)
    for (const other of ['P', 'gearboard requirement bundle 2', '{"a":1}'])
      expect(() => judgeBundle(Buffer.from(other))).toThrow('wrong first line')
    const endless = Buffer.concat([Buffer.from('gearboard requirement bundle 1\n'), Buffer.alloc(70_000, 'x')])
    expect(() => judgeBundle(endless)).toThrow('header does not end')
  })
})
