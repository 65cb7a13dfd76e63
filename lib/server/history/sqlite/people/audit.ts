import { isWholeId } from '@/lib/model/filter/filter-match'
import { AUDIT_OUTCOMES, type AuditEntry, type AuditPage, type AuditQuery } from '@/lib/model/record/audit'
import { cutText } from '../bounds'
import type { Intake } from '../lane'
import { cursorAt, readCursor, withinBounds } from '../paging'
import { readable, Tally } from '../readable'
import { containing, containingId } from '../sql-text'
import type { Reading, SqlValue } from '../sqlite'
import { storedLinks } from '../stored'
import { type ChainKey, insertSealed, sealing, type UnsealedEntry } from './audit-chain'

const KIND = 'audit'
/** A script registers a few things. */
const MOST_LINKS = 100

const cutOrNull = (text: string | null): string | null => (text === null ? null : cutText(text))

/** The entry as it is kept: long texts are cut, and say so. */
export const cutAuditTexts = (entry: AuditEntry): AuditEntry => ({
  ...entry,
  target: cutOrNull(entry.target),
  before: cutOrNull(entry.before),
  after: cutOrNull(entry.after),
  error: cutOrNull(entry.error),
})

const encode = (entry: AuditEntry): UnsealedEntry => {
  const { links, ...texts } = cutAuditTexts(entry)
  return { ...texts, links: links && links.length > 0 ? JSON.stringify(links.slice(0, MOST_LINKS)) : null }
}

/** @param reading where the chain of hashes is continued from. @throws what keeps it from being read */
export const auditIntake = (reading: () => Reading, key: ChainKey): Intake<AuditEntry> => ({
  kind: KIND,
  limit: { entries: 10_000, chars: 32_000_000 },
  chars: ({ before, after, error }) =>
    500 + Math.min(48_000, (before?.length ?? 0) + (after?.length ?? 0) + (error?.length ?? 0)),
  encode,
  encoding: () => {
    const seal = sealing(reading(), key)
    return (entry) => seal(encode(entry))
  },
  sql: insertSealed(KIND),
})

/** One page, newest first. @throws HistoryError `invalid` */
export function readAudit(reading: Reading, query: AuditQuery): AuditPage {
  const limit = withinBounds('limit', query.limit, 1, 500, 100)
  const where: string[] = ['true']
  const values: SqlValue[] = []
  const only = (condition: string, value: SqlValue | undefined) => {
    if (value === undefined) return
    where.push(condition)
    values.push(value)
  }
  only(query.own ? '(connection = ? OR connection IS NULL)' : 'connection = ?', query.connection)
  only('who = ?', query.who)
  only('action = ?', query.action)
  only('outcome = ?', query.outcome)
  if (query.target !== undefined) {
    const texts = ['target', 'before', 'after'].map((column) => `coalesce(${column}, '')`)
    const [found, patterns] = isWholeId(query.target)
      ? ['GLOB ?', containingId(query.target)]
      : [`LIKE ? ESCAPE '\\'`, [containing(query.target)]]
    where.push(`(${texts.flatMap((text) => patterns.map(() => `${text} ${found}`)).join(' OR ')})`)
    values.push(...texts.flatMap(() => patterns))
  }
  only('at >= ?', query.from)
  only('at < ?', query.to)
  if (query.cursor !== undefined) only('id < ?', readCursor(query.cursor)[1])
  const rows = reading.all(
    `SELECT * FROM audit WHERE ${where.join(' AND ')} ORDER BY id DESC LIMIT ?`,
    ...values,
    limit,
  )
  const tally = new Tally()
  const entries = readable(
    rows,
    (row) => {
      const links = row.textOrNull('links')
      return {
        id: row.number('id'),
        at: row.number('at'),
        connection: row.textOrNull('connection'),
        who: row.text('who'),
        ip: row.textOrNull('ip'),
        action: row.text('action'),
        target: row.textOrNull('target'),
        before: row.textOrNull('before'),
        after: row.textOrNull('after'),
        outcome: row.word('outcome', AUDIT_OUTCOMES),
        error: row.textOrNull('error'),
        ...(links !== null && { links: storedLinks(links) }),
      }
    },
    tally,
  )
  return { entries, next: rows.length < limit ? null : cursorAt(rows, 'at', 'id'), ...tally.told }
}
