import { afterAll, describe, expect, test } from 'vitest'
import known from './conformance/known-differences.json'
import { loadScenarios, type Played, play } from './conformance/play'
import { ConformanceServer, makeWheels } from './conformance/server'

/** Plays what real servers answered on the embedded engine. The engine's README gives the reason for each remaining difference. */

const MINUTE = 60_000
/** How many scenarios share a server, one after another. Several servers play at the same time, because each waits a lot. */
const PER_SERVER = 110
const wheels = makeWheels()
const played: Played[] = []

afterAll(() => wheels.remove())

const isKnown = (scenario: string, step: number): boolean =>
  known.some((difference) => difference.scenario === scenario && difference.step === step)

const all = loadScenarios()
const kinds = [...new Set(all.map(({ mode, version }) => `${mode} ${version}`))]
const parts = kinds.flatMap((kind) => {
  const scenarios = all.filter(({ mode, version }) => `${mode} ${version}` === kind)
  return Array.from({ length: Math.ceil(scenarios.length / PER_SERVER) }, (_, part) => ({
    kind,
    scenarios: scenarios.slice(part * PER_SERVER, (part + 1) * PER_SERVER),
  }))
})

describe.concurrent.each(parts)('$kind', ({ scenarios }) => {
  const server = new ConformanceServer(wheels.folder)
  afterAll(() => server.stop())

  test.sequential.each(scenarios)(
    '$name',
    async (scenario) => {
      await server.prepare(scenario)
      const result = await play(scenario, server.ports)
      played.push(result)
      expect(result.differences.filter(({ step }) => !isKnown(scenario.name, step))).toEqual([])
    },
    2 * MINUTE,
  )
})

test('at least 97 % of the replies are equal, and every known difference still differs', () => {
  const replies = played.reduce((sum, result) => sum + result.replies, 0)
  const different = played.reduce((sum, result) => sum + result.differences.length, 0)
  expect(replies).toBeGreaterThan(1200)
  expect(1 - different / replies).toBeGreaterThanOrEqual(0.97)
  const differing = played.flatMap(({ name, differences }) => differences.map(({ step }) => `${name} ${step}`))
  expect(differing.toSorted()).toEqual(known.map(({ scenario, step }) => `${scenario} ${step}`).toSorted())
})
