// What `npm test -- --changed` runs: which files differ from the main branch, and which tests these touch.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

/** Tests that read the sources instead of importing them, so that no import leads to them. */
const READS_SOURCES =
  /(?:^|\/)(?:api-docs|architecture|asks|clocks|expressions|floors|guards|names|outside-names|recipes|test-helpers|threads)\.test\.ts$/
/** What the browser tests reach over HTTP or as a program; everything else in here is a test, a script or a text. */
const PRODUCT =
  /^(app|components|lib|engine|packages|bin|public)\/|^(instrumentation.*|next\.config|postcss\.config|package-lock)\./
/** A folder of one page; `components/execution` is a part of the page of executions. */
const PAGE = /^(?:app\/\[connection\]|components)\/([a-z-]+)\//
/** Folders of components that every page uses. */
const EVERYWHERE = new Set(['ui', 'shared', 'shell'])
const IS_TEST = /\.test\.tsx?$/
const PROGRAM = /\b(?:packages\/[a-z]+\/)?bin\/[a-z-]+\.mjs/

const git = (root, ...args) =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' })
    .split('\n')
    .filter((line) => line !== '')

/** Files of the working tree, those that git does not know yet among them. */
const allFiles = (root) => git(root, 'ls-files', '--cached', '--others', '--exclude-standard')

/**
 * Files that differ from where this branch left `base`, committed or not; those that were deleted are named as well.
 * @param {string} root
 * @param {string} [base] a branch or commit; without one `main`, or else `origin/main`
 * @throws when git does not know it
 */
export function changedFiles(root, base) {
  const candidates = base === undefined ? ['main', 'origin/main'] : [base]
  for (const candidate of candidates) {
    let from
    try {
      ;[from] = git(root, 'merge-base', candidate, 'HEAD')
    } catch {
      continue
    }
    return [
      ...git(root, 'diff', '--name-only', '--no-renames', from),
      ...git(root, 'ls-files', '--others', '--exclude-standard'),
    ].sort()
  }
  throw new Error(`git knows no ${candidates.join(' and no ')}: name the branch to compare with, --changed=<branch>`)
}

/**
 * What Vitest is asked for the tests of. Imports lead it from a file to its tests, but not through a program that a test starts: where the
 * product changed, the tests and helpers that start one count as changed.
 */
export function unitSources(root, changed) {
  const there = changed.filter((file) => /\.(?:ts|tsx|mjs|mts|json)$/.test(file) && existsSync(join(root, file)))
  const starts = changed.some((file) => /^(?:packages\/)?(?:engine|bin)\//.test(file) && !IS_TEST.test(file))
  const others = allFiles(root).filter((file) => {
    if (READS_SOURCES.test(file)) return true
    const mayStart = starts && /^(?!e2e\/).*\.ts$/.test(file) && (/(?:^|\/)test\//.test(file) || IS_TEST.test(file))
    return mayStart && existsSync(join(root, file)) && PROGRAM.test(readFileSync(join(root, file), 'utf8'))
  })
  return [...new Set([...there, ...others])]
}

/**
 * The browser tests that a change touches. What belongs to one page touches the tests that name it; any other change of the product touches
 * all of them, because they see it through the server.
 */
export function browserSpecs(root, changed) {
  const specs = allFiles(root).filter((file) => /^e2e\/[^/]+\.spec\.ts$/.test(file) && existsSync(join(root, file)))
  const product = changed.filter((file) => PRODUCT.test(file) && !IS_TEST.test(file))
  const pages = new Set()
  for (const file of product) {
    const [, page] = PAGE.exec(file) ?? []
    if (page === undefined || EVERYWHERE.has(page)) return specs
    pages.add(page)
  }
  if (changed.includes('playwright.config.ts')) return specs
  return specs.filter((spec) => {
    const files = closure(root, spec)
    if (changed.some((file) => files.has(file))) return true
    const texts = [...files.values()].join('\n')
    return [...pages].some((page) => new RegExp(`\\b${page}`).test(texts))
  })
}

/** A test and the files whose code it imports, each with its text. */
function closure(root, file, found = new Map()) {
  if (found.has(file)) return found
  const text = readFileSync(join(root, file), 'utf8')
  found.set(file, text)
  for (const [, path] of text.matchAll(/^(?:import|export) (?!type )[^']*from '((?:\.\.?|@)\/[^']+)'/gm)) {
    const target = path.startsWith('@/') ? path.slice(2) : normalize(join(dirname(file), path)).replaceAll('\\', '/')
    const there = ['', '.ts', '.tsx', '/index.ts']
      .map((end) => target + end)
      .find((each) => /\.[a-z]+$/.test(each) && existsSync(join(root, each)))
    if (there !== undefined) closure(root, there, found)
  }
  return found
}
