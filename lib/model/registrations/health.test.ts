import { random as randomFrom } from '@gearboard/gears/testing/random'
import type { StreamStatus } from '@gearboard/gears/vocabulary/registration'
import { describe, expect, it, test } from 'vitest'
import {
  type EarlierRuns,
  healthOf,
  NOTHING_RUN,
  type RegistrationHealth,
  type RunMemory,
  rememberRuns,
  type ShardEvidence,
} from './health'

const SECOND = 1000
const MINUTE = 60 * SECOND
const POLL = 500

/** One registration, polled: `runs` says for each shard how many of its runs succeeded and failed since the last poll. */
function watch(shards = 1, earlier: EarlierRuns | null = null) {
  let now = 0
  let all = NOTHING_RUN
  const each: RunMemory[] = Array.from({ length: shards }, () => NOTHING_RUN)
  const waits: (number | null)[] = each.map(() => null)
  const health = (statuses: readonly (StreamStatus | null)[] = []): RegistrationHealth =>
    healthOf({
      shards: each.map(
        (runs, at): ShardEvidence => ({
          status: statuses[at] ?? null,
          runs,
          earlier,
          waitsSince: waits[at] ?? null,
        }),
      ),
      runs: all,
      watchedMs: now,
      now,
    })
  return {
    health,
    memory: () => all,
    poll(ms: number, runs: readonly (readonly [success: number, failures: number])[], statuses?: StreamStatus[]) {
      now += ms
      runs.forEach(([success, failures], at) => {
        const finished = { success, failures, aborted: 0 }
        all = rememberRuns(all, now, finished)
        each[at] = rememberRuns(each[at] ?? NOTHING_RUN, now, finished)
        const waiting = statuses?.[at] === 'WAITING_FOR_RETRY_ON_FAILURE' ? now : null
        waits[at] = success > 0 ? null : (waits[at] ?? waiting)
      })
      return health(statuses)
    },
  }
}

/** The healths that follow each other, each named once while it lasts. */
function changes(of: () => RegistrationHealth, polls: number): readonly RegistrationHealth[] {
  const seen: RegistrationHealth[] = []
  for (let poll = 0; poll < polls; poll++) {
    const health = of()
    if (seen.at(-1) !== health) seen.push(health)
  }
  return seen
}

describe('a function that fails now and then', () => {
  test.each([
    [4, 20],
    [4, 2],
    [4, 0.5],
    [8, 6],
    [15, 1],
    [2, 40],
  ])(
    'that fails %i %% at %s runs a second does not flip in 90 s, nor in the quarter of an hour after',
    (percent, perSecond) => {
      for (const seed of [1, 2, 3]) {
        const random = randomFrom(seed)
        const { memory, poll } = watch()
        const look = () => {
          const runs = Math.floor((perSecond * POLL) / SECOND + random())
          const failed = Array.from({ length: runs }, random).filter((n) => n < percent / 100).length
          return poll(POLL, [[runs - failed, failed]])
        }
        // Its first run may be a failure: all that is known of it.
        while (memory().recent.all < 20) look()
        const start = changes(look, (2 * MINUTE) / POLL)
        expect(start).not.toContain('failing')
        expect(start.filter((health) => health === 'flaky')).toHaveLength(1)
        expect(changes(look, (90 * SECOND) / POLL)).toEqual(['flaky'])
        expect(changes(look, (15 * MINUTE) / POLL)).toEqual(['flaky'])
      }
    },
  )

  it('shows a share of failures that does not waver', () => {
    const random = randomFrom(7)
    const { poll, memory } = watch()
    const shown: number[] = []
    for (let at = 0; at < (20 * MINUTE) / POLL; at++) {
      const failed = Array.from({ length: 10 }, random).filter((n) => n < 0.045).length
      poll(POLL, [[10 - failed, failed]])
      if (at > (5 * MINUTE) / POLL && shown.at(-1) !== memory().percent) shown.push(memory().percent)
    }
    expect(shown).toHaveLength(1)
  })

  it('that fails half of its runs is failing all the time', () => {
    const random = randomFrom(3)
    const { poll } = watch()
    const look = () => poll(POLL, [random() < 0.5 ? [0, 2] : [2, 0]])
    changes(look, MINUTE / POLL)
    expect(changes(look, (15 * MINUTE) / POLL)).toEqual(['failing'])
  })

  it('whose failures are fewer than 1 % is healthy', () => {
    const { poll } = watch()
    poll(POLL, [[500, 0]])
    expect(poll(POLL, [[0, 1]])).toBe('ok')
  })
})

describe('a function that breaks', () => {
  it('is failing within half a minute at full rate, after 5 runs at a slow one, and at once if it never ran well', () => {
    const fast = watch()
    for (let at = 0; at < 240; at++) fast.poll(POLL, [[10, 0]])
    expect(changes(() => fast.poll(POLL, [[0, 10]]), 60)).toEqual(['failing'])
    const slow = watch()
    for (let at = 0; at < 30; at++) slow.poll(30 * SECOND, [[1, 0]])
    expect(changes(() => slow.poll(30 * SECOND, [[0, 1]]), 6)).toEqual(['flaky', 'failing'])
    const first = watch()
    expect(first.poll(POLL, [[0, 1]])).toBe('failing')
  })

  it('is flaky once it is repaired, and healthy when its failures are 15 min old', () => {
    const { poll } = watch()
    for (let at = 0; at < 60; at++) poll(SECOND, [[0, 5]])
    const after = changes(() => poll(SECOND, [[5, 0]]), 20 * 60)
    expect(after).toEqual(['failing', 'flaky', 'ok'])
  })

  it('stays failing while nothing runs, and is not called so after a success', () => {
    const { poll } = watch()
    poll(POLL, [[0, 1]])
    expect(poll(6 * 60 * MINUTE, [[0, 0]])).toBe('failing')
    expect(poll(POLL, [[1, 0]])).toBe('ok')
  })

  it('on one of three shards is failing, though two thirds of all runs succeed', () => {
    const { poll } = watch(3)
    for (let at = 0; at < 20; at++)
      poll(SECOND, [
        [3, 0],
        [3, 0],
        [3, 0],
      ])
    expect(
      changes(
        () =>
          poll(SECOND, [
            [3, 0],
            [0, 3],
            [3, 0],
          ]),
        10,
      ),
    ).toEqual(['flaky', 'failing'])
  })

  it('one failure on one of many shards is not failing', () => {
    const { poll } = watch(12)
    const runs = Array.from({ length: 12 }, (_, at): [number, number] => (at === 5 ? [0, 1] : [2, 0]))
    expect(poll(SECOND, runs)).toBe('flaky')
  })
})

describe('a stream that retries', () => {
  it('is retrying while its batch fails, whatever the status is between two attempts', () => {
    const { poll } = watch()
    poll(SECOND, [[0, 1]], ['WAITING_FOR_RETRY_ON_FAILURE'])
    const statuses = ['OK', 'WAITING_FOR_RETRY_ON_FAILURE'] as const
    let at = 0
    expect(changes(() => poll(SECOND, [[0, 1]], [statuses[at++ % 2] ?? 'OK']), 60)).toEqual(['retrying'])
  })

  it('once in a while is flaky, and retrying where the wait lasts', () => {
    const { poll } = watch()
    for (let at = 0; at < 60; at++) poll(SECOND, [[2, 0]], ['OK'])
    expect(poll(SECOND, [[0, 1]], ['WAITING_FOR_RETRY_ON_FAILURE'])).not.toBe('retrying')
    expect(poll(SECOND, [[1, 0]], ['OK'])).not.toBe('retrying')
    for (let at = 0; at < 5; at++) poll(SECOND, [[0, at === 0 ? 3 : 0]], ['WAITING_FOR_RETRY_ON_FAILURE'])
    expect(poll(6 * SECOND, [[0, 0]], ['WAITING_FOR_RETRY_ON_FAILURE'])).toBe('retrying')
  })
})

describe('where Gearboard started only now', () => {
  const earlier = (all: number, failed: number, lastFailed: boolean | null): EarlierRuns => ({
    all,
    failed,
    lastFailed,
  })

  it('is unknown what recent runs were, unless none ever failed or nearly all did', () => {
    expect(watch(1, earlier(6875, 289, false)).poll(POLL, [[0, 0]])).toBe('unknown')
    expect(watch(1, earlier(6875, 289, true)).poll(POLL, [[0, 0]])).toBe('unknown')
    expect(watch(1, earlier(6875, 0, false)).poll(POLL, [[0, 0]])).toBe('ok')
    expect(watch(1, earlier(20, 19, true)).poll(POLL, [[0, 0]])).toBe('failing')
    // 1.0 keeps the error of a run long ago.
    expect(watch(1, earlier(20, 19, null)).poll(POLL, [[0, 0]])).toBe('unknown')
    expect(watch(1, earlier(0, 0, false)).poll(POLL, [[0, 0]])).toBe('idle')
  })

  it('what failed last night and did not run since is failing after a minute, and what succeeded has no recent runs', () => {
    expect(watch(1, earlier(100, 3, true)).poll(MINUTE, [[0, 0]])).toBe('failing')
    expect(watch(1, earlier(100, 3, false)).poll(15 * MINUTE, [[0, 0]])).toBe('idle')
  })

  it('is judged by 20 runs, or by those of a minute', () => {
    const { poll } = watch(1, earlier(6875, 289, false))
    expect(poll(POLL, [[1, 0]])).toBe('unknown')
    expect(poll(POLL, [[20, 1]])).toBe('flaky')
    const slow = watch(1, earlier(6875, 289, false))
    slow.poll(POLL, [[1, 0]])
    expect(slow.poll(MINUTE, [[1, 0]])).toBe('ok')
  })
})

describe('beside its runs', () => {
  it('a reader that stopped is aborted, one that is paused is paused, unless another shard fails', () => {
    const { poll, health } = watch(2)
    poll(SECOND, [
      [0, 9],
      [0, 9],
    ])
    expect(health(['ABORTED', 'OK'])).toBe('aborted')
    expect(health(['PAUSED', 'PAUSED'])).toBe('paused')
    expect(health(['PAUSED', 'OK'])).toBe('failing')
  })

  it('without a shard nothing is known, without a run for 15 min there are no recent ones', () => {
    expect(watch(0).health()).toBe('unknown')
    const { poll } = watch()
    expect(poll(POLL, [[3, 0]])).toBe('ok')
    expect(poll(16 * MINUTE, [[0, 0]])).toBe('idle')
  })

  it('a clock that was set back starts the window anew', () => {
    const { memory, poll } = watch()
    poll(60 * MINUTE, [[0, 9]])
    poll(-30 * MINUTE, [[9, 0]])
    expect(memory().recent).toEqual({ all: 9, failed: 0 })
  })
})
