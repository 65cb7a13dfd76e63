import { describe, expect, it } from 'vitest'
import { execution, keysReader } from '../testing'
import { EXECUTION_COLUMNS, REGISTRATION_COLUMNS } from './export-columns'
import { ExportReader, exportHead, exportRows, incompleteLine } from './export-table'

it('exports unknown as empty, never as 0', () => {
  const row = execution({
    outcome: 'unknown',
    results: null,
    durationMs: null,
    firstSeen: 1_699_999_999_000,
    endSeen: null,
  })
  expect(exportRows(EXECUTION_COLUMNS, 'csv', [row])).toBe(
    `${'0'.repeat(40)}-1,unknown,done,,false,standalone,1,1,2023-11-14T22:13:19.000Z,,,,0,,true,false,\r\n`,
  )
})

it('says where the function of an execution is inferred', () => {
  const origin = { kind: 'registration', name: 'orders', registrationId: 'r-1', inferred: true } as const
  expect(exportRows(EXECUTION_COLUMNS, 'csv', [execution({ origin })])).toMatch(/,true,true,r-1\r\n$/)
})

it('writes whole rows as JSON lines, one a line, whatever they contain', () => {
  const rows = [execution({ firstError: 'a\nb\r\n"c"\u2028' }), execution({ key: 'e2' })]
  const text = exportHead(EXECUTION_COLUMNS, 'jsonl') + exportRows(EXECUTION_COLUMNS, 'jsonl', rows)
  expect(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(rows)
})

const HOSTILE = [
  '=cmd|x',
  '+1',
  '-1+2',
  '@SUM(A1)',
  '\t=1',
  '"quoted", with comma',
  'two\r\nlines',
  '; =1',
  '\u001b[31mred',
  '',
]

it.each(HOSTILE)('disarms and quotes %j, so that its row stays one row', (lastError) => {
  const text = exportRows(REGISTRATION_COLUMNS, 'csv', [keysReader({ lastError })])
  expect(text).not.toMatch(/(^|,|;\s*)"?\s*[=+@-][^,]*[A-Za-z(|]/)
  const reader = new ExportReader('csv')
  reader.read(exportHead(REGISTRATION_COLUMNS, 'csv') + text)
  expect(reader.rows).toBe(1)
})

describe.each(['csv', 'jsonl'] as const)('the reader of %s', (format) => {
  const rows = HOSTILE.map((firstError, n) => execution({ key: `e${n}`, firstError }))
  const whole = exportHead(EXECUTION_COLUMNS, format) + exportRows(EXECUTION_COLUMNS, format, rows)

  it.each([1, 7, 100, 1_000_000])('counts rows that arrive in pieces of %i', (size) => {
    const reader = new ExportReader(format)
    for (let at = 0; at < whole.length; at += size) reader.read(whole.slice(at, at + size))
    expect(reader.rows).toBe(rows.length)
    expect(reader.incomplete).toBeUndefined()
  })

  it.each(['it took longer than 10 min.', 'a "quoted" reason, with comma.', '3 damaged entries left out.'])(
    'finds that it is incomplete: %s',
    (why) => {
      const reader = new ExportReader(format)
      reader.read(whole + incompleteLine(format, rows.length, why))
      expect(reader.rows).toBe(rows.length)
      expect(reader.incomplete).toBe(`Export incomplete, 10 rows: ${why}`)
    },
  )

  it('takes an error that says so for what it is', () => {
    const reader = new ExportReader(format)
    const error = execution({ firstError: '# Export incomplete, 1 row: no.' })
    reader.read(exportHead(EXECUTION_COLUMNS, format) + exportRows(EXECUTION_COLUMNS, format, [error]))
    expect([reader.rows, reader.incomplete]).toEqual([1, undefined])
  })

  it('of nothing has no rows', () => {
    const reader = new ExportReader(format)
    reader.read(exportHead(EXECUTION_COLUMNS, format))
    expect(reader.rows).toBe(0)
  })
})
