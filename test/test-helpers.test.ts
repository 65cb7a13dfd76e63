import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')
const TOP_LEVEL_HOOK = /^(?:before|after)(?:Each|All)\(/m

test('no helper of tests has a hook at its top, which would run for the first file alone that imports it', () => {
  const helpers = ['components', 'lib', 'packages', 'test'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|node_modules/.test(name))
      .filter((name) => readFileSync(join(ROOT, name), 'utf8').includes("from 'vitest'")),
  )
  expect(helpers).toContain('test/watched-connection.ts')
  expect(helpers.filter((name) => TOP_LEVEL_HOOK.test(readFileSync(join(ROOT, name), 'utf8')))).toEqual([])
})
