import { describe, expect, it } from 'vitest'
import { MAX_VIEWS } from '@/lib/model/record/saved-view'
import { newDirectory, open, T0 } from '@/lib/server/history/testing/index'

const view = (name: string, query = 'q=status%3Afailed') => ({
  id: null,
  page: 'executions' as const,
  name,
  query,
  createdAt: T0,
  createdBy: 'operate',
  changedAt: T0,
  changedBy: 'operate',
})

describe('saved views', () => {
  it('are kept by connection and page, by name', async () => {
    const directory = newDirectory()
    const history = open({ directory })
    await history.views.write('default', view('zeta'))
    const saved = await history.views.write('default', view('Alpha ü'))
    await history.views.write('default', { ...view('zeta'), page: 'registrations' })
    await history.views.write('other', view('zeta'))
    expect(history.views.all('default', 'executions').map(({ name }) => name)).toEqual(['Alpha ü', 'zeta'])
    expect(saved).toMatchObject({ query: 'q=status%3Afailed', createdBy: 'operate', createdAt: T0 })
    await history.close()
    const again = open({ directory })
    expect(again.views.one('default', saved.id)).toEqual(saved)
    expect(again.views.one('other', saved.id)).toBeUndefined()
  })

  it('change, and go', async () => {
    const history = open()
    const saved = await history.views.write('default', view('slow'))
    const changed = { ...saved, name: 'slow ones', query: '', changedAt: T0 + 5, changedBy: 'admin' }
    expect(await history.views.write('default', changed)).toEqual(changed)
    expect(history.views.all('default', 'executions')).toEqual([changed])
    await history.views.remove(saved.id)
    expect(history.views.all('default', 'executions')).toEqual([])
  })

  it('have a name of their own, whatever the case, and are bounded', async () => {
    const history = open()
    await history.views.write('default', view('Slow'))
    await expect(history.views.write('default', view('slow'))).rejects.toThrow(
      'name: this page already has a view named "slow"',
    )
    for (let i = 1; i < MAX_VIEWS; i++) await history.views.write('default', view(`v${i}`))
    await expect(history.views.write('default', view('one more'))).rejects.toThrow('at most 100 views')
  })

  it('are only read where another Gearboard writes', async () => {
    const directory = newDirectory()
    const writer = open({ directory })
    await writer.views.write('default', view('slow'))
    const reader = open({ directory })
    expect(reader.views.all('default', 'executions')).toHaveLength(1)
    expect(() => reader.views.write('default', view('fast'))).toThrow('Another Gearboard writes the history')
    await expect(reader.views.remove(1)).rejects.toThrow('Another Gearboard writes the history')
  })
})
