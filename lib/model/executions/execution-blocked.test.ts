import type { ExecutionStatus, Outcome } from '@gearboard/gears/vocabulary/execution'
import { describe, expect, it } from 'vitest'
import { executionBlocked } from './execution-blocked'

const execution = (status: ExecutionStatus, outcome: Outcome, live = true) => ({ status, outcome, live })

describe('executionBlocked', () => {
  it('aborts only what is not over', () => {
    expect(executionBlocked.abort(execution('running', 'running'))).toBeUndefined()
    expect(executionBlocked.abort(execution('pending_run', 'waiting'))).toBeUndefined()
    expect(executionBlocked.abort(execution('done', 'running'))).toBeUndefined()
    expect(executionBlocked.abort(execution('done', 'failed'))).toContain('failed')
    expect(executionBlocked.abort(execution('done', 'unknown'))).toContain('finished')
    expect(executionBlocked.abort(execution('running', 'unknown', false))).toContain('No shard')
  })

  it('drops only what is over and still held', () => {
    expect(executionBlocked.drop(execution('done', 'ok'))).toBeUndefined()
    expect(executionBlocked.drop(execution('done', 'unknown'))).toBeUndefined()
    expect(executionBlocked.drop(execution('aborted', 'aborted'))).toBeUndefined()
    expect(executionBlocked.drop(execution('running', 'running'))).toContain('Abort it first')
    // The initiator is done while another shard still runs: the module refuses that drop only where it runs.
    expect(executionBlocked.drop(execution('pending_cluster', 'running'))).toContain('Abort it first')
    expect(executionBlocked.drop(execution('done', 'running'))).toContain('A shard is still working on it')
    expect(executionBlocked.drop(execution('done', 'ok', false))).toContain('history')
  })
})
