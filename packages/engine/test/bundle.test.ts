import { readFileSync } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { buildEngine, engineSources } from '../../../bin/build-engine.mjs'

const ENGINE = resolve(import.meta.dirname, '..')

test('the digest of the sources reads every file that is bundled, and no test', async () => {
  const { root: _, ...bundles } = await buildEngine()
  const bundled = Object.values(bundles).flatMap((bundle) => {
    const path = fileURLToPath(bundle)
    const { sources }: { sources: readonly string[] } = JSON.parse(readFileSync(`${path}.map`, 'utf8'))
    return sources.map((source) => resolve(dirname(path), source)).filter((file) => file.startsWith(ENGINE + sep))
  })
  const read = engineSources()
  expect(bundled.length).toBeGreaterThan(100)
  expect(read).toEqual(expect.arrayContaining([...new Set(bundled)]))
  expect(read.filter((file) => /[/\\]test[/\\]|\.test\./.test(file))).toEqual([])
})
