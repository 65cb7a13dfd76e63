import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PLACEHOLDER } from './bin/base-path-build.mjs'
import { readBasePath } from './lib/server/base-path.mjs'

const CHANGELOG = join(import.meta.dirname, 'CHANGELOG.md')

/** One build serves any base path, by a placeholder that is replaced afterwards. */
const basePath =
  process.env.NODE_ENV === 'development' ? (readBasePath(process.env.GEARBOARD_BASE_PATH) ?? '') : PLACEHOLDER

/** @type {import('next').NextConfig} */
const config = {
  output: 'standalone',
  basePath,
  outputFileTracingRoot: import.meta.dirname,
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: false,
  transpilePackages: ['@gearboard/gears'],
  serverExternalPackages: ['ioredis', 'nodemailer', 'pino'],
  devIndicators: false,
  env: {
    // About shows what is new, also where only the build was installed.
    GEARBOARD_CHANGELOG: existsSync(CHANGELOG) ? readFileSync(CHANGELOG, 'utf8') : '',
    // For the addresses that Next does not make itself: those of the API.
    NEXT_PUBLIC_BASE_PATH: basePath,
  },
  // Types are a check of their own (`npm run types`): whoever starts Gearboard need not wait for them.
  typescript: { ignoreBuildErrors: true },
}

export default config
