import { describe, expect, test } from 'vitest'
import { peopleHeadline, peopleMatching } from './people-list'

const bob = { kind: 'local', name: 'bob', groups: [] } as const
const lists = {
  users: [
    { name: 'ada', groups: ['admins'] },
    { name: 'bob', groups: ['on-call', 'eu'] },
  ],
  grants: [
    { who: { kind: 'user', name: 'bob' } as const, role: 'viewer', connections: ['label:eu'], selects: ['orders'] },
    { who: { kind: 'group', name: 'admins' } as const, role: 'admin', connections: ['*'], selects: ['orders'] },
  ],
  sessions: [bob],
  tokens: [{ name: 'ci', owner: bob, connections: ['payroll'] }],
}

const count = (search: string) => {
  const { users, grants, sessions, tokens } = peopleMatching(lists, search)
  return [users.length, grants.length, sessions.length, tokens.length]
}

describe('people that match', () => {
  test.each([
    ['', [2, 2, 1, 1]],
    ['  BOB ', [1, 1, 1, 1]],
    ['eu', [1, 1, 0, 0]],
    ['orders viewer', [0, 1, 0, 0]],
    ['payroll', [0, 0, 0, 1]],
    ['ci bob', [0, 0, 0, 1]],
    ['nobody here', [0, 0, 0, 0]],
  ])('%j', (search, expected) => expect(count(search)).toEqual(expected))
})

test('the headline counts, users only where Gearboard has them', () => {
  expect(peopleHeadline({ users: [1], grants: [1, 2] }, true)).toBe('1 user, 2 grants.')
  expect(peopleHeadline({ users: [], grants: [1] }, false)).toBe('1 grant.')
  expect(peopleHeadline({ users: [], grants: [] }, true)).toBe('0 users, 0 grants.')
})
