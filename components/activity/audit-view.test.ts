import { describe, expect, test } from 'vitest'
import type { AuditEntry } from '@/lib/model/record/audit'
import { auditHeadline } from './audit-view'

const of = (...outcomes: AuditEntry['outcome'][]) => outcomes.map((outcome) => ({ outcome }))

describe('the audit log in words', () => {
  test.each([
    [of(), false, 'No actions through Gearboard yet.'],
    [of('ok'), false, '1 action: all succeeded.'],
    [of('ok', 'refused', 'failed', 'refused'), false, '4 actions: 1 failed, 2 refused.'],
    [of('ok', 'partial'), true, 'The last 2 actions: 1 partly done.'],
  ])('%o, more %s', (entries, more, words) => {
    expect(auditHeadline(entries, more)).toBe(words)
  })

  test.each([
    [of(), false, 'No action matches these filters.'],
    [of('failed'), false, '1 matching action: 1 failed.'],
    [of('ok', 'ok'), true, 'The last 2 matching actions: all succeeded.'],
  ])('%o among others, more %s', (entries, more, words) => {
    expect(auditHeadline(entries, more, true)).toBe(words)
  })
})
