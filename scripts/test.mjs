// `npm test`: sets up what the tests need, runs every check, and closes with `N passed, N failed`.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const reports = mkdtempSync(join(tmpdir(), 'gearboard-test-'))
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', FORCE_COLOR: '0' }

const run = (command, args, more = {}) =>
  spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', env: { ...env, ...more } }).status === 0

const onPath = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

/** Installs with the system's package manager what is missing, or says what to install. */
function setUp() {
  const wanted = [
    {
      program: 'chromium',
      packages: { 'apt-get': 'chromium', dnf: 'chromium', pacman: 'chromium', brew: '--cask chromium' },
    },
    { program: 'redis-server', packages: { 'apt-get': 'redis-server', dnf: 'redis', pacman: 'redis', brew: 'redis' } },
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

const count = (file, read) => {
  if (!existsSync(file)) return { passed: 0, failed: 1 }
  return read(JSON.parse(readFileSync(file, 'utf8')))
}

const bin = (name) => join(ROOT, 'node_modules/.bin', name)
const unitReport = join(reports, 'unit.json')
const e2eReport = join(reports, 'e2e.json')

/** A step that has a report counts its tests; the others count as one each. */
const steps = [
  { name: 'format and lint', run: () => run(bin('biome'), ['ci', '.']) },
  { name: 'types', run: () => run('npm', ['run', '--silent', 'types']) },
  {
    name: 'unit, recorded replies, engine',
    run: () => run(bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`]),
    // A file that fails without a failed test of its own (it could not be loaded) counts as one.
    tests: () =>
      count(unitReport, ({ numPassedTests, numFailedTests, testResults }) => ({
        passed: numPassedTests,
        failed:
          numFailedTests +
          testResults.filter(
            (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
          ).length,
      })),
  },
  { name: 'build', run: () => run(process.execPath, ['bin/build.mjs']) },
  {
    name: 'e2e',
    run: () =>
      run(bin('playwright'), ['test', '--project=e2e', '--reporter=list,json'], {
        PLAYWRIGHT_JSON_OUTPUT_NAME: e2eReport,
      }),
    tests: () => count(e2eReport, ({ stats }) => ({ passed: stats.expected, failed: stats.unexpected + stats.flaky })),
  },
]

setUp()
let passed = 0
let failed = 0
const lines = []
for (const step of steps) {
  console.log(`\n== ${step.name}`)
  const started = Date.now()
  const ok = step.run()
  const tests = step.tests?.() ?? { passed: ok ? 1 : 0, failed: ok ? 0 : 1 }
  // A runner that fails without a failed test (a crash, a timeout of its own) is a failure all the same.
  const failures = ok ? tests.failed : Math.max(1, tests.failed)
  passed += tests.passed
  failed += failures
  lines.push(
    `${failures === 0 ? 'ok    ' : 'FAILED'} ${step.name}: ${tests.passed} passed, ${failures} failed, ${Math.round((Date.now() - started) / 1000)} s`,
  )
}
rmSync(reports, { recursive: true, force: true })
console.log(`\n${lines.join('\n')}\n\n${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
