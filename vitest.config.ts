import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { configDefaults, defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const root = fileURLToPath(new URL('.', import.meta.url))
const FOLDERS = ['lib', 'components', 'packages', 'test', 'scripts']
const TESTS = `{${FOLDERS.join(',')}}/**/*.test.{ts,tsx}`
/** How a test file imports servers, programs, or the state that a whole Gearboard shares. */
const STARTS =
  /from '(?:(?:@|(?:\.\.\/)+)\/?test\/|\S+\/testing\/(?:replay|loopback)-server'|node:child_process'|@\/lib\/server\/runtime')/

/**
 * Test files that start servers or connect to some: those in test/, and those whose imports say so. Each gets a process of its own, so that what one
 * leaves open ends with it. All others share a process, where what they import is loaded once.
 */
const alone = FOLDERS.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.test\.tsx?$/.test(name))
    .map((name) => join(folder, name)),
).filter((file) => /(^|\/)test\//.test(file) || STARTS.test(readFileSync(join(root, file), 'utf8')))

/** What takes longest, which is not what is longest to read: begun last, it would run on alone. */
const LONGEST = ['conformance', 'recording', 'hub', 'silent-shard', 'acl-line', 'balancer', 'clock-jumps', 'targets']

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => LONGEST.some((name) => moduleId.endsWith(`/${name}.test.ts`))
    const others = await super.sort(files.filter((file) => !isLong(file)))
    return [...files.filter(isLong), ...others]
  }
}

export default defineConfig({
  resolve: { alias: { '@': root, 'server-only': fileURLToPath(new URL('test/server-only.ts', import.meta.url)) } },
  test: {
    // These end what hangs, and say nothing of speed: a busy machine takes many times as long as a quiet one.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    // The engines of tests have no password but the one that a test gives them.
    env: { GEARBOARD_ENGINE_PASSWORD: '' },
    sequence: { sequencer: LongestFirst },
    projects: [
      // They wait for their servers much of the time, so that three are no more than two cores can do.
      { extends: true, test: { name: 'servers', include: alone, maxWorkers: 3, sequence: { groupOrder: 0 } } },
      {
        extends: true,
        test: {
          name: 'rules',
          include: [TESTS],
          exclude: [...configDefaults.exclude, ...alone],
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
