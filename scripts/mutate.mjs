// `npm run mutate -- lib/server/hub`: how much the tests of a folder notice. It makes one change at a time (a condition negated, a boundary moved,
// a value not returned, a statement left out), runs the tests that the file has there, and names each change that none of them noticed. It works in
// a copy of the project, so that nothing here changes, and a seed makes the same changes again.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { changesOf, sample } from './mutation/changes.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const USAGE = `npm run mutate -- <folder or file>... [--count 60] [--seed 1] [--tests <folder>]...
  --count   changes to make, in all
  --seed    another one chooses other changes
  --tests   where the tests may be; the folders that are named, else`
/** Of the time that the tests take unchanged, and more: a change may make them wait. */
const PATIENCE = 3
const MORE_MS = 10_000
const LONGEST_MS = 600_000
const MAX_SHOWN = 90

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      count: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      tests: { type: 'string', multiple: true },
    },
  })
  const [count, seed] = [Number(values.count), Number(values.seed)]
  if (positionals.length === 0 || !(count > 0) || !Number.isInteger(seed)) {
    console.error(USAGE)
    process.exit(2)
  }
  return { paths: positionals, count, seed, tests: values.tests ?? positionals.map(folderOf) }
}

const folderOf = (path) => (/\.[a-z]+$/.test(path) ? `${dirname(path)}/` : `${path.replace(/\/$/, '')}/`)

const git = (...args) => {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (status !== 0) throw new Error(stderr)
  return stdout.split('\0').filter(Boolean)
}

const projectFiles = () => git('ls-files', '-z', '--cached', '--others', '--exclude-standard')

/** The files under these paths that run: no tests, no declarations, nothing that only tests import. */
const sourcesIn = (paths) =>
  projectFiles().filter(
    (file) =>
      paths.some((path) => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`)) &&
      /\.tsx?$/.test(file) &&
      !/\.(test|d)\.tsx?$|testing/.test(file),
  )

/** A copy that shares the packages. Packages of the project itself are links that lead to its own folders, so that they lead into the copy there. */
function copyProject() {
  const copy = mkdtempSync(join(tmpdir(), 'gearboard-mutate-'))
  for (const file of projectFiles()) cpSync(join(ROOT, file), join(copy, file), { force: true })
  const share = (folder, names) => {
    mkdirSync(join(copy, folder), { recursive: true })
    for (const name of names) {
      const path = join(folder, name)
      const own = lstatSync(join(ROOT, path)).isSymbolicLink()
      if (name.startsWith('@')) share(path, readdirSync(join(ROOT, path)))
      else symlinkSync(own ? readlinkSync(join(ROOT, path)) : join(ROOT, path), join(copy, path))
    }
  }
  share(
    'node_modules',
    readdirSync(join(ROOT, 'node_modules')).filter((name) => !name.startsWith('.')),
  )
  return copy
}

/** The process that runs the tests; it and what they started end together. */
class Runner {
  constructor(copy, tests) {
    this.start = async () => {
      const args = [join(copy, 'scripts/mutation/runner.mjs'), JSON.stringify(tests)]
      this.child = spawn(process.execPath, args, {
        cwd: copy,
        detached: true,
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      })
      let said = ''
      this.child.stderr.on('data', (chunk) => {
        said = (said + chunk).slice(-4000)
      })
      this.said = () => said
      await once(this.child, 'message')
    }
  }

  /** The answer, or undefined where it takes longer than `ms` or the process ends. Then another one is there. */
  async ask(message, ms) {
    if (!this.child) await this.start()
    this.child.send(message)
    const ending = new AbortController()
    const { signal } = ending
    const timer = setTimeout(() => ending.abort(), ms)
    try {
      const answer = once(this.child, 'message', { signal }).then(([told]) => told)
      return await Promise.race([answer, once(this.child, 'exit', { signal }).then(() => undefined)])
    } catch {
      return undefined
    } finally {
      clearTimeout(timer)
      if (signal.aborted || this.child.exitCode !== null) this.end()
      ending.abort()
    }
  }

  end() {
    if (!this.child) return
    const { pid } = this.child
    this.child = undefined
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // It has ended.
    }
  }
}

const oneLine = (text) => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN)}…` : line
}

const lineOf = (text, { line }) => text.split('\n')[line - 1] ?? ''

const percent = (killed, all) => `${Math.round((100 * killed) / all)} %`

async function main() {
  const { paths, count, seed, tests } = readOptions()
  const copy = copyProject()
  const all = sourcesIn(paths).flatMap((file) => {
    const text = readFileSync(join(copy, file), 'utf8')
    return changesOf(file, text).map((change) => ({ file, text, change }))
  })
  const chosen = sample(all, count, seed)
  console.log(
    `${chosen.length} of ${all.length} changes in ${paths.join(', ')} (seed ${seed}), tests in ${tests.join(', ')}`,
  )
  const runner = new Runner(copy, tests)
  const clear = () => {
    runner.end()
    rmSync(copy, { recursive: true, force: true })
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => {
      clear()
      printScores()
      console.log('stopped before the end')
      process.exit(1)
    })
  try {
    await attemptAll(runner, copy, chosen)
    printScores()
  } finally {
    clear()
  }
}

/** What the tests of a file take, asked once. @throws where they fail without a change */
const measured = new Map()
async function measure(runner, file, which) {
  const key = `${which} ${file}`
  const known = measured.get(key)
  if (known) return known
  const base = (await runner.ask({ file, which }, LONGEST_MS)) ?? { failed: `no answer\n${runner.said?.() ?? ''}` }
  if (base.failed) throw new Error(`the tests of ${file} fail without a change: ${base.failed}`)
  measured.set(key, base)
  return base
}

/** Whether a test notices a change: first the one beside the file, then the others that import it. Too long, or the end of the process, counts as noticed. */
async function attempt(runner, copy, { file, text, change }) {
  let tests = 0
  for (const which of ['beside', 'others']) {
    const base = await measure(runner, file, which)
    tests += base.tests
    if (base.tests === 0) continue
    const answer = await runner.ask({ file, change, which }, PATIENCE * base.ms + MORE_MS)
    if (!answer) writeFileSync(join(copy, file), text)
    if (answer?.noticed ?? true) return { noticed: true }
  }
  return { noticed: false, tests }
}

/** By folder, of what was tried until now. */
const scores = new Map()

async function attemptAll(runner, copy, chosen) {
  for (const { file, text, change } of chosen) {
    const { noticed, tests } = await attempt(runner, copy, { file, text, change })
    const score = scores.get(dirname(file)) ?? { noticed: 0, all: 0 }
    scores.set(dirname(file), { noticed: score.noticed + (noticed ? 1 : 0), all: score.all + 1 })
    if (noticed) continue
    console.log(`${file}:${change.line}${tests === 0 ? ' (no test)' : ''}  ${oneLine(lineOf(text, change))}`)
    console.log(`    ${oneLine(change.before)}  →  ${oneLine(change.after)}`)
  }
}

function printScores() {
  const sum = { noticed: 0, all: 0 }
  console.log()
  for (const [folder, { noticed, all }] of scores) {
    sum.noticed += noticed
    sum.all += all
    console.log(`${folder}: ${noticed} of ${all} noticed, ${percent(noticed, all)}`)
  }
  console.log(`in all: ${sum.noticed} of ${sum.all} noticed, ${percent(sum.noticed, sum.all)}`)
}

await main()
