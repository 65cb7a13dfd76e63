import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('.', import.meta.url))

export default defineConfig({
  resolve: { alias: { '@': root, 'server-only': fileURLToPath(new URL('test/server-only.ts', import.meta.url)) } },
  test: {
    include: ['{lib,components,engine,test,scripts}/**/*.test.{ts,tsx}'],
    // These end what hangs, and say nothing of speed: a busy machine takes many times as long as a quiet one.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 2,
    // The engines of tests have no password but the one that a test gives them.
    env: { GEARBOARD_ENGINE_PASSWORD: '' },
  },
})
