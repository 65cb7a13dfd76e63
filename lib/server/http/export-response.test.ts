import { expect, test } from 'vitest'
import { EXECUTION_COLUMNS } from '@/lib/model/export/export-columns'
import { execution } from '@/lib/model/testing'
import { HistoryError } from '../history/history-error'
import type { ExportPages } from '../operations/exports'
import { exportResponse, exportSize } from './export-response'

const row = (n: number) => execution({ key: `e${n}`, id: `e${n}` })

interface Made {
  pages: number
  ended: boolean
}

/** Pages of 100 rows, which say how many of them were made, and whether the rest was given up. */
async function* paged(
  pages: number,
  made: Made = { pages: 0, ended: false },
  last?: string | Error,
): ExportPages<ReturnType<typeof row>> {
  try {
    for (let page = 0; page < pages; page++) {
      made.pages++
      yield Array.from({ length: 100 }, (_, n) => row(page * 100 + n))
    }
    if (last instanceof Error) throw last
    return last
  } finally {
    made.ended = true
  }
}

const file = (pages: ReturnType<typeof paged>, format: 'csv' | 'jsonl' = 'csv') => ({
  name: 'executions',
  format,
  columns: EXECUTION_COLUMNS,
  pages,
})
const always = () => true
const linesOf = async (response: Response) => (await response.text()).trimEnd().split(/\r?\n/)

test('an export has every row, and says nothing more where it is complete', async () => {
  const headers = new Headers()
  const lines = await linesOf(await exportResponse(file(paged(12)), headers, always))
  expect(lines).toHaveLength(1201)
  expect(lines.at(-1)).toContain('e1199,')
  expect(headers.get('content-disposition')).toBe('attachment; filename="executions.csv"')
  expect(await linesOf(await exportResponse(file(paged(2), 'jsonl'), new Headers(), always))).toHaveLength(200)
})

test.each<[string, Parameters<typeof paged>[2], Partial<{ rows: number; ms: number }>, string]>([
  [
    'lacks damaged entries',
    '2 damaged entries left out.',
    {},
    '# Export incomplete, 300 rows: 2 damaged entries left out.',
  ],
  ['has too many rows', undefined, { rows: 250 }, '"# Export incomplete, 250 rows: one export has at most 250 rows."'],
  ['takes too long', undefined, { ms: 0 }, '# Export incomplete, 100 rows: it took longer than 0 min.'],
  [
    'loses its history midway',
    new HistoryError('unusable', 'The history is being reopened.'),
    {},
    '# Export incomplete, 300 rows: The history is being reopened.',
  ],
  [
    'meets a bug',
    new TypeError('x'),
    {},
    '# Export incomplete, 300 rows: an internal error in Gearboard; see its log.',
  ],
])('an export that %s says so in its last line', async (_, last, bounds, expected) => {
  const made = { pages: 0, ended: false }
  const response = await exportResponse(file(paged(3, made, last)), new Headers(), always, {
    rows: 1000,
    ms: 60_000,
    ...bounds,
  })
  expect((await linesOf(response)).at(-1)?.replace(/^"|"$/g, '')).toBe(expected.replace(/^"|"$/g, ''))
  expect(made.ended).toBe(true)
})

test('what fails before the first row is an error of the request', async () => {
  const failing = paged(0, undefined, new HistoryError('invalid', 'q: unknown field'))
  await expect(exportResponse(file(failing), new Headers(), always)).rejects.toThrow('q: unknown field')
})

test('a page is made when the one before is taken, and no more once the client has left', async () => {
  const made = { pages: 0, ended: false }
  const response = await exportResponse(file(paged(1000, made)), new Headers(), always)
  const reader = response.body?.getReader()
  await reader?.read()
  await reader?.read()
  expect(made.pages).toBeLessThan(5)
  await reader?.cancel()
  expect(made.ended).toBe(true)
})

test('it breaks off where the session ends', async () => {
  const made = { pages: 0, ended: false }
  const session = new AbortController()
  const response = await exportResponse(file(paged(1000, made)), new Headers(), () => !session.signal.aborted)
  const reader = response.body?.getReader()
  await reader?.read()
  session.abort()
  await expect(
    (async () => {
      while (!(await reader?.read())?.done);
    })(),
  ).rejects.toThrow('the session or the grant ended')
  expect(made.ended).toBe(true)
})

test('rows are counted for a moment: then there are more', async () => {
  expect(await exportSize(paged(7))).toEqual({ rows: 700, more: false })
  const made = { pages: 0, ended: false }
  expect(await exportSize(paged(1000, made), 0)).toEqual({ rows: 100, more: true })
  expect(made.ended).toBe(true)
})
