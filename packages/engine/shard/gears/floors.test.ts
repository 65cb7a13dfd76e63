import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const FOLDER = import.meta.dirname

/** The files of this folder from the ground up, as the README draws them. A file imports from its own floor and those below. */
const FLOORS: Readonly<Record<string, readonly string[]>> = {
  'words and tools': [
    ...['terms', 'ids', 'values', 'shard-messages', 'gears-config', 'requirement', 'rg-command'],
    ...['dict-order', 'key-scan', 'stream-entries', 'atomic-lock', 'python-interpreter'],
  ],
  'what there is': ['script-session', 'pool', 'execution', 'registration', 'source', 'describe'],
  'what acts on a shard': [
    ...['cluster', 'numbers', 'site', 'requirements', 'requirement-export', 'script-sessions', 'time-events'],
    ...['executions', 'distribution', 'registrations', 'services'],
  ],
  'what starts executions': ['launcher', 'keys-reader', 'stream-reader', 'command-reader', 'joining'],
  'what concerns every shard': ['registrar', 'operations', 'questions'],
  'the module': ['gears'],
  'what uses the module': ['commands', 'python-commands', 'python-scripts', 'dump', 'info', 'host'],
  'its installation in a shard': ['install'],
}

const floors = Object.values(FLOORS)
const floorOf = (file: string): number => floors.findIndex((floor) => floor.includes(file))

/** Which files of this folder a file imports, for their types alone, too. */
const importsOf = (file: string): string[] =>
  ts
    .preProcessFile(readFileSync(join(FOLDER, `${file}.ts`), 'utf8'), true, true)
    .importedFiles.flatMap(({ fileName }) => /^\.\/([\w-]+)$/.exec(fileName)?.[1] ?? [])

const files = readdirSync(FOLDER).flatMap((name) => /^([\w-]+)\.ts$/.exec(name)?.[1] ?? [])

test('every file has its floor, and only one', () => {
  expect(floors.flat().toSorted()).toEqual(files.toSorted())
})

test('a file imports from its own floor and those below', () => {
  const upwards = files.flatMap((file) =>
    importsOf(file).flatMap((other) => (floorOf(other) > floorOf(file) ? `${file} → ${other}` : [])),
  )
  expect(upwards).toEqual([])
  expect(files.flatMap(importsOf).length).toBeGreaterThan(100)
})

test('the README draws these floors', () => {
  const readme = readFileSync(join(FOLDER, '../../README.md'), 'utf8')
  for (const [floor, names] of Object.entries(FLOORS)) {
    const row = readme.split('\n').find((line) => line.trim().startsWith(`| ${floor} |`)) ?? `no row for ${floor}`
    expect([...row.matchAll(/`([\w-]+)`/g)].map(([, name]) => name).toSorted()).toEqual(names.toSorted())
  }
})
