import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'

const entry = z.object({
  version: z.string().optional(),
  resolved: z.string().optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
})
const lock = z
  .object({ packages: z.record(z.string(), entry) })
  .parse(JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')))
const versions = z.record(z.string(), z.string()).default({})
const packages = readdirSync(new URL('../packages', import.meta.url)).filter((name) => !name.startsWith('.'))
const manifests = ['', ...packages.map((name) => `packages/${name}/`)].map((folder) =>
  z
    .object({ dependencies: versions, devDependencies: versions })
    .parse(JSON.parse(readFileSync(new URL(`../${folder}package.json`, import.meta.url), 'utf8'))),
)

test('the lock holds every exact-version optional platform package, so that other platforms get their binaries', () => {
  const missing = Object.entries(lock.packages).flatMap(([parent, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(
        ([name, version]) =>
          /^\d/.test(version) &&
          !lock.packages[`node_modules/${name}`] &&
          !lock.packages[`${parent}/node_modules/${name}`],
      )
      .map(([name]) => `${parent} needs ${name}: run npm run lock`),
  )
  expect(missing).toEqual([])
})

test('every direct dependency is pinned to an exact version', () => {
  const loose = manifests
    .flatMap(({ dependencies, devDependencies }) => Object.entries({ ...dependencies, ...devDependencies }))
    .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
  expect(loose).toEqual([])
})

test('a dependency of two manifests has one version', () => {
  const seen = new Map<string, string>()
  const differing = manifests
    .flatMap(({ dependencies, devDependencies }) => Object.entries({ ...dependencies, ...devDependencies }))
    .filter(([name, version]) => {
      const other = seen.get(name) ?? version
      seen.set(name, other)
      return other !== version
    })
  expect(differing).toEqual([])
})

test('the lock names no package host', () => {
  expect(Object.entries(lock.packages).filter(([, { resolved }]) => resolved?.startsWith('http'))).toEqual([])
})
