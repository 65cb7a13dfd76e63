import http, { type RequestListener } from 'node:http'
import https from 'node:https'
import { contract } from '@/lib/api/contract'
import { readBasePath } from '../base-path.mjs'
import { fail } from '../ending'
import { Door, SERVER_OPTIONS, TLS_OPTIONS } from './door'
import { readTrustedProxies } from './peer'
import { markDoor } from './standing'
import { followRenewals, readTlsFiles, TlsFilesError, tlsFilesOf } from './tls'

/**
 * Loaded before Next, by whatever starts it: the server that Next makes has the door before it. Next has no hook for this, and the standalone
 * server takes no server of ours.
 */
const create = http.createServer
// Next would end the process as soon as its connections are closed, whatever is still to be written: `start.ts` ends it.
process.env.NEXT_MANUAL_SIG_HANDLE = 'true'
const door = new Door({
  endpoints: [...Object.values(contract), { method: 'GET', path: '/metrics' }],
  trusted: readTrustedProxies(process.env.GEARBOARD_TRUST_PROXY) ?? false,
  userHeaders: [process.env.GEARBOARD_PROXY_USER_HEADER, process.env.GEARBOARD_PROXY_GROUPS_HEADER].flatMap((name) =>
    name ? [name.toLowerCase()] : [],
  ),
  basePath: readBasePath(process.env.GEARBOARD_BASE_PATH) ?? '',
  development: process.env.NODE_ENV === 'development',
})

Object.assign(http, {
  createServer(listener: RequestListener) {
    // Guard only the first server, which is Next's; later ones get the original function.
    Object.assign(http, { createServer: create })
    const server = secure(door.guard(listener)) ?? create(SERVER_OPTIONS, door.guard(listener))
    door.watch(server)
    markDoor()
    return server
  },
})

/** A server that speaks TLS; undefined where none is asked for. Wrong files end the process before anything listens. */
function secure(listener: RequestListener): https.Server | undefined {
  try {
    const files = tlsFilesOf(process.env)
    if (!files) return undefined
    const pair = readTlsFiles(files)
    const server = https.createServer({ ...SERVER_OPTIONS, ...TLS_OPTIONS, ...pair }, listener)
    followRenewals(files, pair, (renewed) => server.setSecureContext(renewed), {
      say: (message) => process.stderr.write(`gearboard: ${message}\n`),
    })
    return server
  } catch (error) {
    if (!(error instanceof TlsFilesError)) throw error
    return fail(error.message)
  }
}
