import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const root = fileURLToPath(new URL('.', import.meta.url))

/** The slowest files, which are not the longest: started last, one would run on alone. */
const LONGEST = [
  'conformance',
  'persistence',
  'silent-shard',
  'python-bounds',
  'hub',
  'recording',
  'requirements',
  'kill',
  'far-server',
  'clock-jumps',
  'watchdog',
  'acl-line',
  'balancer',
  'harmless',
  'robust',
  'acts',
  'targets',
]

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
    include: ['{lib,components,packages,test,scripts}/**/*.test.{ts,tsx}'],
    // The files share processes: what they import is loaded once in each, and what a file leaves open stays open for the next.
    isolate: false,
    // Many tests wait for servers, so two cores have time for three processes.
    maxWorkers: 3,
  },
})
