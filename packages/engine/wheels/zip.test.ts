import { strToU8, type Zippable, zipSync } from 'fflate'
import { expect, test } from 'vitest'
import { unzip } from './zip'

const read = (bytes: Uint8Array) => [...unzip(Buffer.from(bytes))].map(([path, content]) => [path, content.toString()])

const TEXT = 'from redisgears import executeCommand\n'.repeat(40)
const archive: Zippable = {
  'six.py': [strToU8(TEXT), { level: 9 }],
  'six/data.txt': [strToU8('stored as it is'), { level: 0 }],
  'six/empty.py': new Uint8Array(),
  'six/Größe.py': strToU8('x = 1'),
}

/** The archive with a number of the first directory entry replaced: its offset there, and the new value. */
function withEntry(bytes: Uint8Array, offset: number, value: number): Buffer {
  const changed = Buffer.from(bytes)
  changed.writeUInt32LE(value, changed.indexOf(Buffer.from('PK\x01\x02', 'latin1')) + offset)
  return changed
}

test('reads what another program wrote: packed, stored, empty, and names beyond ASCII', () => {
  expect(read(zipSync(archive))).toEqual([
    ['six.py', TEXT],
    ['six/data.txt', 'stored as it is'],
    ['six/empty.py', ''],
    ['six/Größe.py', 'x = 1'],
  ])
})

test('leaves out folders, and reads an archive with a comment', () => {
  const bytes = Buffer.from(zipSync({ 'six/': new Uint8Array(), 'six/a.py': strToU8('a') }))
  bytes.writeUInt16LE(5, bytes.length - 2)
  expect(read(Buffer.concat([bytes, Buffer.from('hello')]))).toEqual([['six/a.py', 'a']])
})

test.each([
  ['a stored file', { level: 0 }, 'stored as it is'],
  ['a packed file', { level: 9 }, TEXT],
] as const)('refuses %s with one bit changed', (_, options, text) => {
  const bytes = Buffer.from(zipSync({ 'a.py': [strToU8(text), options] }))
  const at = 30 + 'a.py'.length + 3
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  expect(() => read(bytes)).toThrow()
})

test.each([
  ['a smaller size than it has', 24, 10, 'Cannot create a Buffer larger than 10 bytes'],
  ['a larger size than it has', 24, 100_000, 'damaged zip archive: six.py'],
  ['more than an archive may unpack to', 24, 257 * 1024 * 1024, 'more than 256 MB'],
  ['another checksum', 16, 1, 'damaged zip archive: six.py'],
  ['a place where no file is', 42, 7, 'not where the directory says'],
  ['a place behind its end', 42, 0xffffff, /range/],
])('refuses a directory that names %s', (_, offset, value, says) => {
  expect(() => read(withEntry(zipSync(archive), offset, value))).toThrow(says)
})

test('refuses another way of packing, by its number', () => {
  const changed = Buffer.from(zipSync(archive))
  changed.writeUInt16LE(14, changed.indexOf(Buffer.from('PK\x01\x02', 'latin1')) + 10)
  expect(() => read(changed)).toThrow('compression method 14')
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['text', Buffer.from('<html>404</html>'.repeat(10))],
  ['the first half', Buffer.from(zipSync(archive)).subarray(0, 100)],
])('refuses what is no archive: %s', (_, bytes) => {
  expect(() => read(bytes)).toThrow('not a zip archive')
})
