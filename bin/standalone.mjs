// What `node .next/standalone/server.js` runs behind the door: Next's own server, for the base path. bin/build.mjs puts it there.
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readBasePath } from '../lib/server/base-path.mjs'
import { STARTER, serverFor } from './base-path-build.mjs'

const own = dirname(import.meta.dirname)
// A path that makes no sense ends the start, with a message, as every wrong setting does.
const server = serverFor(own, readBasePath(process.env.GEARBOARD_BASE_PATH) ?? '')
// Next's server runs in its own folder, and a relative path has always meant this one.
if (server !== own) process.env.GEARBOARD_DATA = resolve(own, process.env.GEARBOARD_DATA || '.gearboard')
await import(pathToFileURL(join(server, STARTER)).href)
