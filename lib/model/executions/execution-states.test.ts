import { EXECUTION_STATUSES, type ExecutionPart, type ExecutionStatus } from '@gearboard/gears/vocabulary/execution'
import { describe, expect, it } from 'vitest'
import { executionPart } from '../testing'
import { explainStates, stateLanes } from './execution-states'

const part = (shard: string, status: ExecutionStatus) => executionPart({ shard, status, results: null })
const standing = (of: number, parts: readonly ExecutionPart[], status: ExecutionStatus = 'running') => ({
  parts,
  status,
  silent: [],
  shard: 'a',
  coverage: { answered: of, of },
})
const held = (lanes: ReturnType<typeof stateLanes>) =>
  lanes.map(({ role, states }) => [
    role,
    states.flatMap(({ status, shards }) => shards.map((shard) => `${shard} ${status}`)),
  ])

describe('stateLanes', () => {
  it('has one way where there is one shard', () => {
    const [lane, ...more] = stateLanes(standing(1, [part('a', 'created')], 'created'))
    expect(more).toEqual([])
    expect(lane?.states.map(({ status }) => status)).toEqual(['created', 'running', 'done', 'aborted'])
    expect(lane?.states[0]?.shards).toEqual(['a'])
  })

  it('puts each shard on the way of its role, and knows all eight states', () => {
    const lanes = stateLanes(
      standing(3, [part('a', 'pending_cluster'), part('b', 'running'), part('c', 'pending_termination')]),
    )
    expect(held(lanes)).toEqual([
      ['initiator', ['a pending_cluster']],
      ['worker', ['b running', 'c pending_termination']],
    ])
    const states = new Set(lanes.flatMap((lane) => lane.states.map(({ status }) => status)))
    expect([...states].toSorted()).toEqual(EXECUTION_STATUSES.toSorted())
  })

  it('takes one that runs on one shard of three for local, but not one that has not started or whose other shards are silent', () => {
    expect(held(stateLanes(standing(3, [part('a', 'running')])))).toEqual([['only', ['a running']]])
    expect(stateLanes(standing(3, [part('a', 'created')], 'created'))).toHaveLength(2)
    const silent = [{ shard: 'b', reason: 'timed out' }]
    expect(stateLanes({ ...standing(3, [part('a', 'running')]), silent })).toHaveLength(2)
  })

  it('goes by the list where no shard told more', () => {
    expect(held(stateLanes(standing(1, [], 'created')))).toEqual([['only', ['a created']]])
  })
})

describe('explainStates', () => {
  it('explains each state that some shard will leave, once', () => {
    const parts = [part('a', 'done'), part('b', 'running'), part('c', 'running')]
    expect(explainStates(standing(3, parts, 'done'))).toMatchObject([{ status: 'running', shards: ['b', 'c'] }])
    const [created] = explainStates(standing(1, [part('a', 'created')], 'created'))
    expect(created?.meaning).toContain('worker thread')
    expect(created?.help).toContain('ExecutionThreads')
  })
})
