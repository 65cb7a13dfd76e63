import { expect, test } from 'vitest'
import { connectionDefinition } from '@/lib/api/contract/connection-definition'
import { bodyOf, EMPTY_FORM, errorsByField, formOf } from './connection-form-state'

const DEFINITION = connectionDefinition.parse({
  name: 'orders',
  label: 'Orders',
  url: 'rediss+sentinel://10.0.0.1:26379/mymaster',
  username: 'app',
  tls: { ca: '-----BEGIN CERTIFICATE-----', servername: 'redis.example', verify: false },
  sentinel: { username: 'watch', tls: false },
  cluster: 'no',
  natMap: { '10.0.0.1:6379': '127.0.0.1:7001', '[::1]:6379': 'b:7002' },
  readOnly: true,
  production: true,
  colour: 'violet',
  labels: ['team:orders', 'eu'],
  note: 'Ask Ada\nfirst.',
})

test('a stored connection goes through the form and back unchanged, and keeps its secrets', () => {
  const { keep, ...body } = bodyOf(formOf({ definition: DEFINITION }), ['password', 'tls.key', 'sentinel.password'])
  expect(body).toEqual(DEFINITION)
  expect(keep).toEqual(['password', 'tls.key', 'sentinel.password'])
})

test('what is not filled in is not sent', () => {
  expect(bodyOf({ ...EMPTY_FORM, name: ' a ', url: ' redis://b ', label: '  ' })).toEqual({
    name: 'a',
    url: 'redis://b',
    cluster: 'auto',
    readOnly: false,
    production: false,
    labels: [],
    keep: [],
  })
})

test('a secret that is typed anew replaces the stored one, and one that is dropped is not kept', () => {
  const form = { ...formOf({ definition: DEFINITION }), password: ' new ', dropped: ['tls.key'] as const }
  const body = bodyOf(form, ['password', 'tls.key'])
  expect(body).toMatchObject({ password: ' new ', keep: [] })
  expect(bodyOf({ ...EMPTY_FORM, url: 'rediss://a' }, ['tls.key'])).toMatchObject({ tls: {}, keep: ['tls.key'] })
})

test('labels are separated by commas, blanks and lines; a mapping row that is empty is left out', () => {
  const natMap = [
    { id: 0, announced: ' ', reached: '' },
    { id: 1, announced: 'a:1', reached: ' b:2 ' },
    { id: 2, announced: 'c:3', reached: '' },
  ]
  expect(bodyOf({ ...EMPTY_FORM, labels: ' eu,team:a\n b,, ', natMap })).toMatchObject({
    labels: ['eu', 'team:a', 'b'],
    natMap: { 'a:1': 'b:2', 'c:3': '' },
  })
})

test('each error is shown at its field, and none is lost', () => {
  const { fields, others } = errorsByField([
    { at: 'url', message: 'is no URL' },
    { at: 'url', message: 'holds a password' },
    { at: 'labels.2', message: 'must be shorter' },
    { at: 'natMap.10.0.0.1:6379', message: 'must be host:port' },
    { at: 'tls.ca', message: 'must be PEM' },
    { at: 'sentinel', message: 'needs another URL' },
    { at: 'tls', message: 'needs rediss' },
    { at: '', message: 'is no object' },
    { at: 'labelsOf', message: 'is no field' },
  ])
  expect(fields).toEqual({
    url: 'is no URL; holds a password',
    labels: 'must be shorter',
    natMap: 'must be host:port',
    'tls.ca': 'must be PEM',
    sentinel: 'needs another URL',
    tls: 'needs rediss',
  })
  expect(others.map(({ at }) => at)).toEqual(['', 'labelsOf'])
})
