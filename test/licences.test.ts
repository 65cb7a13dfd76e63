import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'

// docs/licences.md is written from what is installed: `npx vitest run test/licences.test.ts -u` rewrites it.

/** Licences under which a program may be shipped with others, with its source or without. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC-BY-4.0',
  'ISC',
  'LGPL-3.0-or-later',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'OFL-1.1',
])
/** What some packages write for an SPDX identifier. */
const SPDX: Readonly<Record<string, string>> = { 'SIL OPEN FONT LICENSE': 'OFL-1.1' }

/** What checks Gearboard, and is no part of what runs. The others are bundled where they are not installed with the package. */
const TOOLS =
  /^(@axe-core|@biomejs|@microsoft|@types)\/|^(knip|oidc-provider|playwright|scslre|smtp-server|vitest|yaml)$/

const HEAD = `# Licences of the dependencies

What Gearboard needs to run, by licence, as each package states it; \`test/licences.test.ts\` allows no others. LGPL and MPL are those of
libraries that are used unchanged: image and CSS tools of Next, for other platforms too.
`

const versions = z.record(z.string(), z.string()).default({})
const entry = z.object({
  version: z.string().optional(),
  license: z.string().optional(),
  link: z.boolean().optional(),
  dependencies: versions,
  devDependencies: versions,
  optionalDependencies: versions,
  peerDependencies: versions,
})
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'))
const lock = z.object({ packages: z.record(z.string(), entry) }).parse(read('package-lock.json'))
const manifest = z.object({ license: z.string().optional() })
const nameOf = (path: string) => path.replace(/^.*node_modules\//, '')

/** Of the package as it is installed, of the lock for another platform's, or of the package that it is a part of. */
function licenceOf(path: string): string {
  const file = `${path}/package.json`
  const installed = existsSync(new URL(`../${file}`, import.meta.url)) ? manifest.parse(read(file)).license : undefined
  const whole = Object.entries(lock.packages).find(
    ([, { optionalDependencies }]) => nameOf(path) in optionalDependencies,
  )
  const stated = installed ?? lock.packages[path]?.license ?? whole?.[1].license ?? 'none'
  return SPDX[stated] ?? stated
}

/** Where the package of this name is, as Node looks for it from `from`; undefined for an optional one that is not in the lock. */
function placeOf(name: string, from: string): string | undefined {
  const folders = from
    .split('/node_modules/')
    .map((_, i, parts) => parts.slice(0, parts.length - i).join('/node_modules/'))
  return [...folders.map((folder) => `${folder}/node_modules/${name}`), `node_modules/${name}`].find(
    (path) => path in lock.packages,
  )
}

/** The packages that run, reached from what Gearboard and its workspaces need. */
function running(): readonly string[] {
  const own = Object.entries(lock.packages).filter(([path]) => !path.includes('node_modules/'))
  const found = new Set<string>()
  const visit = (from: string, names: readonly string[]) => {
    for (const name of names) {
      const path = placeOf(name, from)
      if (path === undefined || found.has(path)) continue
      found.add(path)
      const { dependencies, optionalDependencies, peerDependencies } = lock.packages[path] ?? {}
      visit(path, Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }))
    }
  }
  for (const [path, { dependencies, devDependencies }] of own) {
    const bundled = path === '' ? Object.keys(devDependencies).filter((name) => !TOOLS.test(name)) : []
    visit(path, [...Object.keys(dependencies), ...bundled])
  }
  return [...found].filter((path) => !lock.packages[path]?.link)
}

const licences = running().map((path) => ({ name: nameOf(path), licence: licenceOf(path) }))

/** Each part of `(MIT OR Apache-2.0) AND ISC` is one of those allowed; of a choice, one is enough. */
const isAllowed = (licence: string): boolean =>
  licence.split(' AND ').every((part) =>
    part
      .replace(/[()]/g, '')
      .split(' OR ')
      .some((one) => ALLOWED.has(one)),
  )

test('every dependency that runs has a licence that is allowed', () => {
  expect(licences.length).toBeGreaterThan(100)
  expect(licences.filter(({ licence }) => !isAllowed(licence))).toEqual([])
})

test.each([
  ['GPL-3.0-only', false],
  ['none', false],
  ['UNLICENSED', false],
  ['MIT AND AGPL-3.0', false],
  ['(MIT OR GPL-2.0)', true],
  ['Apache-2.0 AND LGPL-3.0-or-later', true],
])('%s is allowed: %s', (licence, allowed) => {
  expect(isAllowed(licence)).toBe(allowed)
})

test('docs/licences.md lists them', async () => {
  const sections = [...new Set(licences.map(({ licence }) => licence))]
    .map((licence) => {
      const all = licences.filter((one) => one.licence === licence)
      return { licence, names: [...new Set(all.map(({ name }) => name))].sort() }
    })
    .sort((a, b) => b.names.length - a.names.length || (a.licence < b.licence ? -1 : 1))
    .map(({ licence, names }) => `\n## ${licence}\n\n${names.join(', ')}\n`)
  await expect(HEAD + sections.join('')).toMatchFileSnapshot('../docs/licences.md')
})
