// One vitest process that stays, started by scripts/mutate.mjs in its copy of the project: it gets the file that changed, and reports
// whether a test noticed.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { createVitest } from 'vitest/node'
import { changed } from './changes.mjs'

const [folders] = process.argv.slice(2).map((text) => JSON.parse(text))
const vitest = await createVitest('test', {
  watch: false,
  bail: 1,
  reporters: [{}],
  onConsoleLog: () => false,
  silent: true,
})
/** Of each file, the test files that import it, over however many others: the one beside it, and those that are left. */
const related = new Map()

async function testsOf(file) {
  const known = related.get(file)
  if (known) return known
  vitest.config.related = [resolve(file)]
  const all = await vitest.getRelevantTestSpecifications(folders)
  const beside = ({ moduleId }) => moduleId.replace(/\.test(\.tsx?)$/, '$1') === resolve(file)
  const tests = { beside: all.filter(beside), others: all.filter((spec) => !beside(spec)) }
  related.set(file, tests)
  return tests
}

/** What the first test that fails says, or else what shows that something is wrong; undefined: all is well. */
async function failure(specs) {
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specs)
  // The modules of earlier runs are among them.
  const ran = new Set(specs.map(({ moduleId }) => moduleId))
  const failed = testModules.filter((module) => ran.has(module.moduleId) && !module.ok())
  const errors = failed.flatMap((module) => [
    ...module.errors(),
    ...[...module.children.allTests('failed')].flatMap((test) => test.result().errors ?? []),
  ])
  const [first] = [...errors, ...unhandledErrors]
  if (first) return String(first.message)
  return failed.length > 0 ? `${failed[0].moduleId} fails` : undefined
}

/** Without a change: of how many test files, and the milliseconds that they take, or what one that fails says. */
async function measure(specs) {
  const started = performance.now()
  const failed = specs.length > 0 ? await failure(specs) : undefined
  return { tests: specs.length, ms: performance.now() - started, failed }
}

async function attempt(specs, file, change) {
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, changed(text, change))
  vitest.invalidateFile(resolve(file))
  try {
    return { noticed: (await failure(specs)) !== undefined }
  } finally {
    writeFileSync(file, text)
    vitest.invalidateFile(resolve(file))
  }
}

process.on('message', async ({ file, change, which }) => {
  const specs = (await testsOf(file))[which]
  process.send(change ? await attempt(specs, file, change) : await measure(specs))
})
process.on('disconnect', () => process.exit())
process.send({ ready: true })
