import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

const ROOT = resolve(import.meta.dirname, '../../../..')

/**
 * Makes a program of a script that uses the history, for a process that has no TypeScript; the path is for the caller to remove.
 * @param {string} script its path, or from the project's root
 */
export async function bundleForNode(script) {
  // Inside node_modules, where the bundle finds libsql, which brings native code.
  const outfile = join(
    ROOT,
    'node_modules/.cache/gearboard',
    `${process.pid}-${Math.random().toString(36).slice(2)}.mjs`,
  )
  mkdirSync(join(outfile, '..'), { recursive: true })
  await build({
    entryPoints: [resolve(ROOT, script)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['ioredis', 'libsql', 'libsql/promise', 'pino'],
    alias: { '@': ROOT, 'server-only': join(ROOT, 'test/server-only.ts') },
    logLevel: 'error',
  })
  return outfile
}
