import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'

const ROOT = resolve(import.meta.dirname, '..')
const service = z.object({
  image: z.string().optional(),
  build: z.string().optional(),
  ports: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  healthcheck: z.unknown().optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  network_mode: z.string().optional(),
  profiles: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
})
const text = readFileSync(resolve(ROOT, 'docker-compose.yml'), 'utf8')
const { services } = z.object({ services: z.record(z.string(), service) }).parse(parse(text, { merge: true }))

test('every published port is on loopback, and no value is a secret', () => {
  for (const { ports, environment } of Object.values(services)) {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
    for (const [name, value] of Object.entries(environment))
      if (/PASSWORD|SECRET|TOKEN/.test(name)) expect(value).toBe(`\${${name}:-}`)
  }
})

test('each Gearboard waits for a RedisGears that has a health check, and shares the network of the cluster', () => {
  const gearboards = Object.values(services).filter(({ build }) => build)
  expect(gearboards).toHaveLength(2)
  for (const { depends_on } of gearboards) {
    for (const [name, { condition }] of Object.entries(depends_on)) {
      expect(condition).toBe('service_healthy')
      expect(services[name]?.healthcheck).toBeDefined()
    }
  }
  expect(services['gearboard-cluster']?.network_mode).toBe('service:cluster')
})

test('the server of `npm run test:real` starts only when it is asked for, keeps nothing, and tells when it is ready', () => {
  const server = services['redisgears-test']
  expect(server).toMatchObject({ profiles: ['test'], volumes: [], image: services.redisgears?.image })
  expect(server?.healthcheck).toBeDefined()
  // The port that CONTRIBUTING.md and the suite's own help name.
  expect(server?.ports).toEqual([expect.stringContaining('6390')])
})

const compose = [
  ['docker', ['compose']],
  ['docker-compose', []],
].find(([command, args]) => spawnSync(String(command), [...(args ?? []), 'version']).status === 0)

test.skipIf(!compose)('compose takes the file, with each profile and without', () => {
  const [command, args] = compose ?? []
  for (const profile of [[], ['--profile', 'cluster'], ['--profile', 'test']]) {
    const run = spawnSync(String(command), [...(args ?? []), ...profile, 'config', '-q'], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    expect(run.stderr).toBe('')
    expect(run.status).toBe(0)
  }
})
