import { resolve } from 'node:path'
import { build } from 'esbuild'

const ROOT = resolve(import.meta.dirname, '../..')

/** The exports of a TypeScript file, by its path from the project's root: Node 20 does not run TypeScript. */
export async function bundled(path) {
  const { outputFiles } = await build({
    entryPoints: [resolve(ROOT, path)],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    alias: { '@': ROOT },
    // TanStack checks much more in development.
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  const code = outputFiles[0]?.text ?? ''
  return import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)
}
