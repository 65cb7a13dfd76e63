// Whether the dashboard of this machine answers; alone, it is the health check of the container, with the exit code 0 for yes.
import { get as getPlain } from 'node:http'
import { get as getByTls } from 'node:https'
import { fileURLToPath } from 'node:url'

/** Where the dashboard answers: by TLS where it has a certificate, which names another host than this. */
export const schemeOf = (env) => (env.GEARBOARD_TLS_CERT ? 'https' : 'http')

/** @param origin `http://127.0.0.1:3000` */
export function isHealthy(origin) {
  const get = origin.startsWith('https:') ? getByTls : getPlain
  return new Promise((resolve) => {
    const request = get(`${origin}/api/health`, { rejectUnauthorized: false, timeout: 1000 }, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isWell = await isHealthy(`${schemeOf(process.env)}://127.0.0.1:${process.env.PORT || 3000}`)
  process.exit(isWell ? 0 : 1)
}
