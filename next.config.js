import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const CHANGELOG = join(import.meta.dirname, 'CHANGELOG.md')

/** @type {import('next').NextConfig} */
const config = {
  output: 'standalone',
  outputFileTracingRoot: import.meta.dirname,
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: false,
  transpilePackages: ['@gearboard/gears'],
  serverExternalPackages: ['ioredis', 'pino'],
  devIndicators: false,
  // About shows what is new, also where only the build was installed.
  env: { GEARBOARD_CHANGELOG: existsSync(CHANGELOG) ? readFileSync(CHANGELOG, 'utf8') : '' },
  // Types are a check of their own (`npm run types`): whoever starts Gearboard need not wait for them.
  typescript: { ignoreBuildErrors: true },
}

export default config
