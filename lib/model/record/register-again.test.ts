import { expect, it } from 'vitest'
import { submitBody } from '@/lib/api/contract/functions'
import { registerAgainBody } from './register-again'

const gone = { script: 'x', requirements: ['r'] }

it('goes to its session, whose name may still be taken', () => {
  const body = registerAgainBody({ ...gone, options: { id: 'orders', description: 'd', replaceWith: 'old' } })
  expect(body).toEqual({ ...gone, id: 'orders', description: 'd', upgrade: true, blocking: false })
  expect(submitBody.parse(body)).toMatchObject(body)
})

it('gets a new session where its name was made up, and none on RedisGears 1.0', () => {
  const unnamed = { ...gone, blocking: false }
  expect(registerAgainBody({ ...gone, options: { session: 'a1b2', blocking: true } })).toEqual(unnamed)
  expect(registerAgainBody({ ...gone, options: {} })).toEqual(unnamed)
})
