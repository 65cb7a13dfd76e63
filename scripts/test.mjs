// `npm test`: sets up what the tests need, runs every check, and closes with `N passed, N failed`.
// `npm test -- --changed` runs format, lint, types, and the tests that the difference to the main branch touches.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { isBuilt } from '../bin/build.mjs'
import { browserSpecs, changedFiles, unitSources } from './changed.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** Lines of a failed test's message that are printed again at the end. */
const MESSAGE_LINES = 15
/** Lines of the page, as a screen reader would read it, that are printed beneath a failed browser test. */
const PAGE_LINES = 60
const reports = mkdtempSync(join(tmpdir(), 'gearboard-test-'))
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', FORCE_COLOR: '0' }

const run = (command, args, more = {}) =>
  spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', env: { ...env, ...more } }).status === 0

/** Like `run`, while others run: what it prints is printed when it has ended. */
const runAside = (command, args) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env })
    const printed = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => printed.push(chunk))
    child.on('error', (error) => printed.push(Buffer.from(`${error.message}\n`)))
    child.on('close', (status) => {
      process.stdout.write(Buffer.concat(printed))
      resolve(status === 0)
    })
  })

/** Debian keeps servers where only root's shell looks. */
const onPath = (program) => spawnSync('sh', ['-c', `PATH="$PATH:/usr/sbin" command -v ${program}`]).status === 0

/** Installs with the system's package manager what is missing, or says what to install. */
function setUp() {
  const wanted = [
    {
      program: 'chromium',
      packages: { 'apt-get': 'chromium', dnf: 'chromium', pacman: 'chromium', brew: '--cask chromium' },
    },
    { program: 'redis-server', packages: { 'apt-get': 'redis-server', dnf: 'redis', pacman: 'redis', brew: 'redis' } },
    { program: 'nginx', packages: { 'apt-get': 'nginx-light', dnf: 'nginx', pacman: 'nginx', brew: 'nginx' } },
  ]
  const chromiums = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const missing = wanted.filter(({ program }) =>
    program === 'chromium' ? !process.env.CHROMIUM && !chromiums.some(onPath) : !onPath(program),
  )
  if (missing.length === 0) return
  const manager = ['apt-get', 'dnf', 'pacman', 'brew'].find(onPath)
  const names = missing.map(({ program }) => program).join(' and ')
  if (!manager) throw new Error(`${names} missing, and no package manager that I know: please install ${names}`)
  const asRoot = manager === 'brew' || process.getuid?.() === 0 ? '' : 'sudo '
  const packages = missing.map((one) => one.packages[manager]).join(' ')
  const verb = manager === 'pacman' ? '-S --noconfirm' : manager === 'brew' ? 'install' : 'install -y'
  console.log(`Installing ${names} with ${manager}`)
  if (manager === 'apt-get') run('sh', ['-c', `${asRoot}apt-get update -qq`])
  if (!run('sh', ['-c', `${asRoot}${manager} ${verb} ${packages}`], { DEBIAN_FRONTEND: 'noninteractive' })) {
    throw new Error(`could not install ${names}: please install ${packages} by hand`)
  }
}

/** What a runner's report says, or null where it wrote none (it crashed, or never started). */
const report = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null)

/** The first lines of a failure's message, without a terminal's colours and the runner's own frames. */
const firstLines = (message) =>
  stripVTControlCharacters(message ?? 'no message')
    .split('\n')
    .filter((line) => !line.includes('/node_modules/'))
    .slice(0, MESSAGE_LINES)
    .join('\n')

/** Vitest's report (its JSON reporter has Jest's shape). A file that could not be loaded counts as one failed test. */
function ofVitest({ numPassedTests, testResults }) {
  const failures = testResults.flatMap((file) => {
    const name = relative(ROOT, file.name)
    const failed = file.assertionResults.filter((test) => test.status === 'failed')
    if (failed.length === 0 && file.status === 'failed') return [{ name, message: firstLines(file.message) }]
    return failed.map((test) => ({
      name: `${name} › ${test.fullName}`,
      message: firstLines(test.failureMessages[0]),
    }))
  })
  return { passed: numPassedTests, failures }
}

/** What the page showed when a test failed; Playwright keeps it in a file beside its message. */
function pageOf(result) {
  const file = result.attachments.find(({ name }) => name === 'error-context')?.path
  if (file === undefined || !existsSync(file)) return []
  const [, snapshot = ''] = /^# Page snapshot\n\n```yaml\n([\s\S]*?)\n```$/m.exec(readFileSync(file, 'utf8')) ?? []
  return snapshot === '' ? [] : ['The page:', ...snapshot.split('\n').slice(0, PAGE_LINES)]
}

/** Playwright's report: suites within suites, each test with its runs. A flaky test is a failed one. */
function ofPlaywright({ stats, suites, errors }) {
  const specs = (suite) => [...suite.specs, ...(suite.suites ?? []).flatMap(specs)]
  const failures = suites.flatMap(specs).flatMap((spec) =>
    spec.tests
      .filter((test) => test.status === 'unexpected' || test.status === 'flaky')
      .map((test) => {
        const failed = test.results.find((result) => result.error)
        const message = [firstLines(failed?.error.message), ...(failed ? pageOf(failed) : [])].join('\n')
        return { name: `e2e/${spec.file}:${spec.line} › ${spec.title}`, message }
      }),
  )
  const outside = errors.map((error) => ({ name: 'outside a test', message: firstLines(error.message) }))
  return { passed: stats.expected, failures: [...failures, ...outside] }
}

const bin = (name) => join(ROOT, 'node_modules/.bin', name)
const unitReport = join(reports, 'unit.json')
const e2eReport = join(reports, 'e2e.json')

/** The unit tests, or those of some files. */
const unit = (...args) => ({
  name: 'unit, recorded replies, engine',
  run: () => run(bin('vitest'), [...args, '--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`]),
  report: unitReport,
  read: ofVitest,
})
const build = { name: 'build', run: () => run(process.execPath, ['bin/build.mjs']) }
/** The browser tests, or some files of them. */
const e2e = (...specs) => ({
  name: 'e2e',
  run: () =>
    run(bin('playwright'), ['test', ...specs, '--project=e2e', '--reporter=list,json'], {
      PLAYWRIGHT_JSON_OUTPUT_NAME: e2eReport,
    }),
  report: e2eReport,
  read: ofPlaywright,
})
/** A step that has a report counts its tests; the others count as one each. These three use one core each for most of their time. */
const always = [
  { name: 'format and lint', run: () => runAside(bin('biome'), ['ci', '--colors=off', '.']) },
  { name: 'unused code', run: () => runAside(bin('knip'), []) },
  { name: 'types', run: () => runAside('npm', ['run', '--silent', 'types']) },
]

/** The steps that a change needs, after those of every run. Browser tests see the product as it is built. */
function stepsOfChange(files) {
  const specs = browserSpecs(ROOT, files)
  console.log(`${files.length} changed files, which touch ${specs.length} files of browser tests`)
  return [
    unit('related', '--run', '--passWithNoTests', ...unitSources(ROOT, files)),
    ...(specs.length > 0 && !isBuilt() ? [build] : []),
    ...(specs.length > 0 ? [e2e(...specs)] : []),
  ]
}

/** The steps that the arguments ask for, after those of every run. Ends the process where they ask for something unknown. */
function stepsOf(args) {
  const [argument, unknown] = args
  if (argument === undefined) return [unit('run'), build, e2e()]
  const changed = /^--changed(?:=(.+))?$/.exec(argument)
  try {
    if (changed === null || unknown !== undefined)
      throw new Error(`unknown argument ${unknown ?? argument}: npm test takes --changed or --changed=<branch>`)
    return stepsOfChange(changedFiles(ROOT, changed[1]))
  } catch (error) {
    console.error(error.message)
    process.exit(2)
  }
}

/** One step: how many of its tests passed, and the failed ones by name with what they said. */
async function check(step) {
  const ok = await step.run()
  const said = step.report ? report(step.report) : null
  const { passed, failures } = said ? step.read(said) : { passed: ok ? 1 : 0, failures: [] }
  // A runner that fails without a failed test (a crash, a timeout of its own) is a failure anyway.
  if (ok || failures.length > 0) return { passed, failures }
  return { passed, failures: [{ name: step.name, message: 'see what it printed above' }] }
}

const steps = stepsOf(process.argv.slice(2))
setUp()
let passed = 0
const failures = []
const lines = []
async function take(step) {
  const started = Date.now()
  const its = await check(step)
  passed += its.passed
  failures.push(...its.failures)
  lines.push(
    `${its.failures.length === 0 ? 'ok    ' : 'FAILED'} ${step.name}: ${its.passed} passed, ${its.failures.length} failed, ${Math.round((Date.now() - started) / 1000)} s`,
  )
}

console.log(`\n== ${always.map(({ name }) => name).join(', ')}`)
await Promise.all(always.map(take))
for (const step of steps) {
  console.log(`\n== ${step.name}`)
  await take(step)
}
rmSync(reports, { recursive: true, force: true })
// Named again at the end: of a long output often only the end is kept.
for (const { name, message } of failures) console.log(`\nFAILED ${name}\n${message.replace(/^/gm, '    ')}`)
console.log(`\n${lines.join('\n')}\n\n${passed} passed, ${failures.length} failed`)
process.exit(failures.length === 0 ? 0 : 1)
