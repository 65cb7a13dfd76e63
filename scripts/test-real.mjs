// `npm run test:real`: the suite on the RedisGears that GEARBOARD_TEST_REDISGEARS names. `npm test` does not run it.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, isBuilt } from '../bin/build.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

if (!process.env.GEARBOARD_TEST_REDISGEARS) {
  console.error(`GEARBOARD_TEST_REDISGEARS names no server. The suite runs on a real RedisGears that holds nobody's registrations:

  docker compose --profile test up -d redisgears-test
  GEARBOARD_TEST_REDISGEARS=redis://127.0.0.1:6390 npm run test:real`)
  process.exit(2)
}
if (!isBuilt()) await build()
const child = spawn(
  join(ROOT, 'node_modules/.bin/playwright'),
  ['test', '--config', 'e2e/real.config.ts', ...process.argv.slice(2)],
  { cwd: ROOT, stdio: 'inherit' },
)
// Ctrl-C reaches the child as well, which then removes what it made on the server: we end after it.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGINT'))
child.once('exit', (code) => process.exit(code ?? 1))
