import { afterAll, describe, expect, test } from 'vitest'
import known from '../conformance/known-differences.json'
import { loadScenarios, type Played, play } from '../conformance/play'
import { ConformanceServer, makeWheels } from '../conformance/server'

/** What recorded servers answered, played on the embedded engine. Differences that stay are listed with their reason, here and in engine/README.md. */

const MINUTE = 60_000
const wheels = makeWheels()
const server = new ConformanceServer(wheels.folder)
const played: Played[] = []

afterAll(async () => {
  await server.stop()
  wheels.remove()
})

const isKnown = (scenario: string, step: number): boolean =>
  known.some((difference) => difference.scenario === scenario && difference.step === step)

const scenarios = loadScenarios()
const kinds = [...new Set(scenarios.map(({ mode, version }) => `${mode} ${version}`))]

describe.sequential.each(kinds)('%s', (kind) => {
  test.each(scenarios.filter(({ mode, version }) => `${mode} ${version}` === kind))(
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
