/** Bundles the engine (Node 20 runs no .ts) into dist/engine: main.mjs for the sockets, shard.mjs for the workers, wheels.mjs
 * for the threads that get requirements. */
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { digestOf } from './digest.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const sources = join(root, 'packages/engine')
const output = join(root, 'dist', 'engine')
const noTerminal = join(sources, 'shard/lua/no-terminal.ts')

/** In one step, and only if it changed: another engine may be starting from the same files. */
async function replace({ path, contents }) {
  const present = await readFile(path).catch(() => undefined)
  if (present?.equals(contents)) return
  const written = `${path}.${process.pid}`
  await writeFile(written, contents)
  await rename(written, path)
}

const TESTS = /(^|[/\\])test[/\\]|\.test\.ts$/

/** The inputs of the bundle. Tests are not among them: a changed test builds nothing. */
export const engineSources = () =>
  readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|json)$/.test(name) && !TESTS.test(name))
    .sort()
    .map((name) => join(sources, name))

/** Of what the bundle is made of: the sources, the versions of what they import, and this file. */
function digestOfSources() {
  const files = [...engineSources(), join(root, 'package-lock.json'), fileURLToPath(import.meta.url)]
  return Buffer.from(
    digestOf(
      root,
      files.filter((file) => existsSync(file)).map((file) => relative(root, file)),
    ),
  )
}

/** Whether the bundle is there, made of these sources. */
async function stands(digest) {
  const made = await readFile(join(output, 'sources')).catch(() => undefined)
  return made?.equals(digest) && ['main.mjs', 'shard.mjs', 'wheels.mjs'].every((name) => existsSync(join(output, name)))
}

/**
 * Builds if sources are present and the bundle was made from others (half a second of CPU), else uses the bundle that exists, for example
 * the one in a package. So does an engine under Node's permission model, which may not run the builder: its starter has built.
 */
export async function buildEngine() {
  const digest =
    process.permission === undefined && existsSync(join(sources, 'main/main.ts')) ? digestOfSources() : undefined
  if (digest && !(await stands(digest))) {
    const { build, stop } = await import('esbuild')
    const { outputFiles } = await build({
      entryPoints: {
        main: join(sources, 'main/main.ts'),
        shard: join(sources, 'shard/shard.ts'),
        wheels: join(sources, 'wheels/fetch.ts'),
      },
      outdir: output,
      write: false,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: false,
      external: ['pyodide', 'pyodide/*', '@renovatebot/pep440'],
      alias: { 'readline-sync': noTerminal, tmp: noTerminal },
      // For Lua's modules, which are CommonJS.
      banner: { js: "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)" },
      platform: 'node',
      format: 'esm',
      target: 'node20',
      sourcemap: true,
      logLevel: 'warning',
    })
    await mkdir(output, { recursive: true })
    await Promise.all(outputFiles.map(replace))
    await replace({ path: join(output, 'sources'), contents: digest })
    // esbuild's service is a process that would stay as long as the engine.
    await stop()
  }
  return {
    main: pathToFileURL(join(output, 'main.mjs')),
    shard: pathToFileURL(join(output, 'shard.mjs')),
    wheels: pathToFileURL(join(output, 'wheels.mjs')),
    root: sources,
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildEngine()
