import { describe, expect, test } from 'vitest'
import { ServerProcesses } from './server-processes'

/** What each reply reports: `A up 10` at these seconds. */
function told(...answers: readonly (readonly [runId: string | null, uptimeS: number | null, atS: number])[]) {
  const lives = new ServerProcesses()
  const behind = answers.map(([runId, uptimeS, atS]) => lives.answered('s', { runId, uptimeS }, atS * 1000))
  return { behind, servers: lives.count('s'), runId: lives.runId('s') }
}

describe('another run id', () => {
  test('of a server that is younger than the silence is a restart, each time', () => {
    const { behind, servers } = told(['a', 500, 0], ['b', 0, 1], ['c', 30, 60], ['d', 4, 63])
    expect(behind).toEqual(['same', 'restarted', 'restarted', 'restarted'])
    expect(servers).toBe(1)
  })

  test('of a server that has been up for longer is another one, which may have taken over for good', () => {
    const { behind, servers, runId } = told(['a', 500, 0], ['b', 90, 5], ['b', 95, 10])
    expect(behind).toEqual(['same', 'another', 'same'])
    expect({ servers, runId }).toEqual({ servers: 1, runId: 'b' })
  })

  test.each([
    [
      'two that take turns',
      [
        ['a', 9, 0],
        ['b', 8, 1],
        ['a', 10, 2],
        ['b', 9, 3],
      ],
      2,
    ],
    [
      'two without an uptime',
      [
        ['a', null, 0],
        ['b', null, 1],
        ['a', null, 2],
      ],
      2,
    ],
    [
      'three in turn',
      [
        ['a', 9, 0],
        ['b', 9, 1],
        ['c', 9, 2],
        ['a', 12, 3],
        ['b', 12, 4],
        ['c', 12, 5],
      ],
      3,
    ],
  ] as const)('that comes back is that of one that runs beside: %s', (_, answers, servers) => {
    const { behind, servers: counted } = told(...answers)
    expect(behind.at(-1)).toBe('another')
    expect(behind.filter((each) => each === 'restarted').length).toBeLessThanOrEqual(answers[0][1] === null ? 1 : 0)
    expect(counted).toBe(servers)
  })

  test('is nothing where it was not told, and where a server starts in the second that it was last heard of', () => {
    expect(told(['a', 5, 0], [null, null, 1], ['a', 7, 2]).behind).toEqual(['same', 'same', 'same'])
    expect(told(['a', 5, 10], ['b', 1, 11]).behind).toEqual(['same', 'restarted'])
  })
})
