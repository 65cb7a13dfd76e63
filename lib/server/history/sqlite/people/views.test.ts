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
    await history.writeView('default', view('zeta'))
    const saved = await history.writeView('default', view('Alpha ü'))
    await history.writeView('default', { ...view('zeta'), page: 'registrations' })
    await history.writeView('other', view('zeta'))
    expect(history.views('default', 'executions').map(({ name }) => name)).toEqual(['Alpha ü', 'zeta'])
    expect(saved).toMatchObject({ query: 'q=status%3Afailed', createdBy: 'operate', createdAt: T0 })
    await history.close()
    const again = open({ directory })
    expect(again.view('default', saved.id)).toEqual(saved)
    expect(again.view('other', saved.id)).toBeUndefined()
  })

  it('change, and go', async () => {
    const history = open()
    const saved = await history.writeView('default', view('slow'))
    const changed = { ...saved, name: 'slow ones', query: '', changedAt: T0 + 5, changedBy: 'admin' }
    expect(await history.writeView('default', changed)).toEqual(changed)
    expect(history.views('default', 'executions')).toEqual([changed])
    await history.removeView(saved.id)
    expect(history.views('default', 'executions')).toEqual([])
  })

  it('have a name of their own, whatever the case, and are bounded', async () => {
    const history = open()
    await history.writeView('default', view('Slow'))
    await expect(history.writeView('default', view('slow'))).rejects.toThrow(
      'name: a view of this page has the name "slow" already',
    )
    for (let i = 1; i < MAX_VIEWS; i++) await history.writeView('default', view(`v${i}`))
    await expect(history.writeView('default', view('one more'))).rejects.toThrow('at most 100 views')
  })

  it('are only read where another Gearboard writes', async () => {
    const directory = newDirectory()
    const writer = open({ directory })
    await writer.writeView('default', view('slow'))
    const reader = open({ directory })
    expect(reader.views('default', 'executions')).toHaveLength(1)
    expect(() => reader.writeView('default', view('fast'))).toThrow('Another Gearboard writes the history')
    await expect(reader.removeView(1)).rejects.toThrow('Another Gearboard writes the history')
  })
})
