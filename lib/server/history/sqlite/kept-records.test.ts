import { expect, test } from 'vitest'
import { newDirectory, open } from '@/lib/server/history/testing/index'

test('records are kept by kind and id, after a restart too', async () => {
  const directory = newDirectory()
  const history = open({ directory })
  await history.people.write('user', { id: 'ada', value: '{"a":1}' })
  await history.people.write('grant', { id: 'ada', value: '{"it\'s":"ü😀"}' })
  await history.people.write('user', { id: 'bob', value: '{}' })
  await history.people.write('user', { id: 'ada', value: '{"a":2}' })
  await history.close()
  const again = open({ directory })
  expect(again.people.all('user')).toEqual([
    { id: 'ada', value: '{"a":2}' },
    { id: 'bob', value: '{}' },
  ])
  await again.people.remove('user', 'ada')
  expect(again.people.all('user').map(({ id }) => id)).toEqual(['bob'])
  expect(again.people.all('grant')).toEqual([{ id: 'ada', value: '{"it\'s":"ü😀"}' }])
})

test('an update of what was removed meanwhile brings nothing back', async () => {
  const history = open()
  await history.people.write('token', { id: 't', value: '1' })
  await history.people.update('token', { id: 't', value: '2' })
  expect(history.people.all('token')).toEqual([{ id: 't', value: '2' }])
  await history.people.remove('token', 't')
  await history.people.update('token', { id: 't', value: '3' })
  expect(history.people.all('token')).toEqual([])
})

test('a Gearboard that only reads the history reads them, and changes none', async () => {
  const directory = newDirectory()
  await open({ directory }).people.write('user', { id: 'ada', value: '{}' })
  const reader = open({ directory })
  expect(reader.people.all('user')).toHaveLength(1)
  await expect(reader.people.remove('user', 'ada')).rejects.toThrow(/Another Gearboard writes/)
})
