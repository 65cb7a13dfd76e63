/** Bundles the door in front of Next's server (lib/server/door) into one file, which is loaded before Next. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from './processes.mjs'

/** @param outfile where it goes. @returns its URL, for `node --import` */
export async function buildDoor(outfile) {
  const { build, stop } = await import('esbuild')
  await build({
    entryPoints: [join(ROOT, 'lib/server/door/install.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  })
  await stop()
  return pathToFileURL(outfile).href
}
