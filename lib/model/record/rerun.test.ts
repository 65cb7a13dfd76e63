import { expect, it } from 'vitest'
import { submitBody } from '@/lib/api/contract/functions'
import { rerunBody } from './rerun'

const ran = { script: 'x', requirements: ['r'], givenName: 'nightly totals' }
const plain = { profiled: false, generation: '1.2' } as const
const repeated = { script: 'x', requirements: ['r'], blocking: false }

it('keeps the name that the run was given', () => {
  for (const givenName of ['nightly totals', 'order-pipeline', 'submission 12', '{"name": "totals"}', '  ']) {
    const body = rerunBody({ ...ran, givenName }, plain)
    expect(body).toEqual({ ...repeated, description: givenName })
    expect(submitBody.parse(body)).toMatchObject(body)
  }
  expect(rerunBody(ran, { ...plain, profiled: true })).toEqual({
    ...repeated,
    description: 'nightly totals',
    profiled: true,
  })
  expect(rerunBody(ran, { ...plain, generation: undefined })).toMatchObject({ description: 'nightly totals' })
})

it('sends none where the run had none, and to RedisGears 1.0, which takes no description', () => {
  expect(rerunBody({ ...ran, givenName: null }, plain)).toEqual(repeated)
  expect(rerunBody(ran, { ...plain, generation: '1.0' })).toEqual(repeated)
})
