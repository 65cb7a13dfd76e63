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
  // Types are a check of their own (`npm run types`): whoever starts Gearboard need not wait for them.
  typescript: { ignoreBuildErrors: true },
}

export default config
