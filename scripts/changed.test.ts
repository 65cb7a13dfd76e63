import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserSpecs, changedFiles, unitSources } from './changed.mjs'

let root: string
const git = (...args: string[]) => execFileSync('git', args, { cwd: root, stdio: 'pipe' })
const write = (file: string, text = '') => {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), text)
}
const commit = () => {
  git('add', '--all')
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--message', 'x')
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'gearboard-changed-'))
  git('init', '--quiet', '--initial-branch', 'main')
  write('e2e/fixtures.ts', "import { start } from './servers'\nexport { start }")
  write('e2e/servers.ts', "export const start = () => 'bin/engine.mjs'")
  write('e2e/memory.spec.ts', "import { start } from './fixtures'\ntest('/default/memory')")
  write('e2e/executions.spec.ts', "import { start } from './fixtures'\ntest('/default/executions')")
  write(
    'e2e/every.spec.ts',
    "import { NAV } from '@/components/shell/nav'\nimport type { X } from '@/components/shell/x'",
  )
  write('e2e/alone.spec.ts', "import { wire } from './wire'")
  write('e2e/wire.ts')
  write('components/shell/nav.ts', "export const NAV = ['memory', 'cluster']")
  write('components/shell/x.ts', "'executions'")
  write('test/harness.ts', "start('bin/engine.mjs')")
  write('test/plain.ts')
  write('lib/clocks.test.ts')
  write('engine/robust.test.ts', "spawn('packages/engine/bin/engine.mjs')")
  write('gone.ts')
  commit()
  git('switch', '--quiet', '--create', 'work')
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('which files changed', () => {
  test('since the branch was made: committed, not committed, new and deleted', () => {
    expect(changedFiles(root)).toEqual([])
    write('committed.ts')
    commit()
    write('e2e/wire.ts', 'export const wire = 1')
    write('new.ts')
    rmSync(join(root, 'gone.ts'))
    expect(changedFiles(root)).toEqual(['committed.ts', 'e2e/wire.ts', 'gone.ts', 'new.ts'])
    expect(changedFiles(root, 'work')).toEqual(['e2e/wire.ts', 'gone.ts', 'new.ts'])
  })

  test('a branch that git does not know is an error that names it', () => {
    expect(() => changedFiles(root, 'nosuch')).toThrow('git knows no nosuch: name the branch to compare with')
  })
})

describe('which browser tests a change touches', () => {
  const of = (...changed: string[]) =>
    browserSpecs(root, changed).map((file) => file.replace('e2e/', '').replace('.spec.ts', ''))

  test.each([
    ['a page', ['components/memory/panel.tsx'], ['every', 'memory']],
    ['a part of a page', ['components/execution/steps.tsx'], ['executions']],
    ['the route of a page', ['app/[connection]/cluster/page.tsx'], ['every']],
    ['a test', ['e2e/executions.spec.ts'], ['executions']],
    ['what tests import', ['e2e/wire.ts'], ['alone']],
    ['what tests import by way of another', ['e2e/servers.ts'], ['executions', 'memory']],
    ['texts and unit tests', ['README.md', 'lib/model/time.test.ts', 'test/plain.ts'], []],
  ])('%s', (_, changed, specs) => {
    expect(of(...changed)).toEqual(specs)
  })

  test.each([
    'lib/model/time.ts',
    'components/ui/button.tsx',
    'components/shell/bar.tsx',
    'app/api/[...path]/route.ts',
    'app/globals.css',
    'packages/engine/main.ts',
    'bin/build.mjs',
    'next.config.js',
    'playwright.config.ts',
  ])('%s touches all of them', (file) => {
    expect(of(file, 'components/memory/panel.tsx')).toEqual(['alone', 'every', 'executions', 'memory'])
  })
})

describe('which unit tests are looked for', () => {
  test('a change of the engine touches what starts one', () => {
    const readsSources = 'lib/clocks.test.ts'
    const all = ['engine/robust.test.ts', readsSources, 'test/harness.ts']
    expect(unitSources(root, ['test/plain.ts', 'packages/engine/main.ts'])).toEqual(['test/plain.ts', ...all])
    expect(unitSources(root, ['bin/engine.mjs', 'README.md'])).toEqual(all)
    expect(unitSources(root, ['engine/robust.test.ts'])).toEqual(['engine/robust.test.ts', readsSources])
  })

  test('tests that read the sources are always among them', () => {
    expect(unitSources(root, ['test/plain.ts'])).toEqual(['test/plain.ts', 'lib/clocks.test.ts'])
    expect(unitSources(root, [])).toEqual(['lib/clocks.test.ts'])
  })
})
