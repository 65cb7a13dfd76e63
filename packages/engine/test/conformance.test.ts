import { afterAll, describe, expect, test } from 'vitest'
import known from './conformance/known-differences.json'
import { loadScenarios, type Played, play, type Scenario } from './conformance/play'
import { ConformanceServer, inFewServers, kindOf, makeWheels } from './conformance/server'

/** Plays what real servers answered on the embedded engine. The engine's README gives the reason for each remaining difference. */

const MINUTE = 60_000
/** A scenario that sleeps saw what was true at that moment. On a busy machine the moment may be over: it is played again, from the start. */
const ATTEMPTS = 3
const isTimed = (scenario: Scenario): boolean => /sleep/.test(JSON.stringify(scenario.steps))
const wheels = makeWheels()
const played: Played[] = []

afterAll(() => wheels.remove())

const isKnown = (scenario: string, step: number): boolean =>
  known.some((difference) => difference.scenario === scenario && difference.step === step)

/** Two servers play at a time, as each waits much: one the kind that has most scenarios, the other one kind after the other. */
const MOST = 'standalone 1.2'
const scenarios = inFewServers(loadScenarios())
const halves = [
  { which: MOST, scenarios: scenarios.filter((scenario) => kindOf(scenario) === MOST) },
  { which: 'the other kinds', scenarios: scenarios.filter((scenario) => kindOf(scenario) !== MOST) },
]

describe.concurrent.each(halves)('$which', ({ scenarios }) => {
  const server = new ConformanceServer(wheels.folder)
  afterAll(() => server.stop())

  async function playOnce(scenario: Scenario): Promise<Played> {
    await server.prepare(scenario)
    return play(scenario, server.ports)
  }
  const surprises = ({ name, differences }: Played) => differences.filter(({ step }) => !isKnown(name, step))

  test.sequential.each(scenarios)(
    '$mode $version $name',
    async (scenario) => {
      let result = await playOnce(scenario)
      for (let time = 1; time < ATTEMPTS && isTimed(scenario) && surprises(result).length > 0; time++)
        result = await playOnce({ ...scenario, fresh: true })
      played.push(result)
      expect(surprises(result)).toEqual([])
    },
    3 * MINUTE,
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
