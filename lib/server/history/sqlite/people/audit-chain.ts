import { createHash, createHmac } from 'node:crypto'
import type { AuditChainCheck, ChainBreak } from '@/lib/model/record/audit-chain'
import { mayPass } from '@/lib/server/history/history-error'
import { DamagedRow, type Row } from '../row'
import { fields } from '../sql-text'
import { type Reading, toBatchJson, type Writing } from '../sqlite'

/**
 * Each entry of the audit log has a hash over all its fields and the hash of the entry before it, so that a removed, changed, moved or
 * inserted one shows. `audit_chain` has both ends, sealed by the same key: the anchor is the last entry before the first that is kept, the
 * head the newest. What does not show: a file that is put back as a whole to what it was earlier.
 */

/** Of an entry what its hash is computed over, beside its id and the hash before, in this order, as the columns have it. */
const SEALED = [
  'at',
  'connection',
  'who',
  'ip',
  'action',
  'target',
  'before',
  'after',
  'outcome',
  'error',
  'links',
] as const
type SealedField = (typeof SEALED)[number]
export type UnsealedEntry = Readonly<Record<SealedField, string | number | null>>

export interface ChainKey {
  /** Names the key without revealing it. */
  readonly id: string
  readonly isSecret: boolean
  /** Hexadecimal. */
  mac(parts: readonly (string | number | null)[]): string
}

/** @param secret undefined: whoever can write the file can compute the hashes */
export function chainKey(secret: Uint8Array | undefined): ChainKey {
  const key = createHmac('sha256', secret ?? '')
    .update('gearboard audit chain 1')
    .digest()
  return {
    id: secret ? createHash('sha256').update(key).digest('hex').slice(0, 16) : 'none',
    isSecret: secret !== undefined,
    mac: (parts) => createHmac('sha256', key).update(JSON.stringify(parts)).digest('hex'),
  }
}

const entryParts = (id: number, previous: string, entry: UnsealedEntry) => [
  'entry',
  id,
  previous,
  ...SEALED.map((field) => entry[field]),
]

const ENDS = ['anchor', 'head'] as const
interface ChainEnd {
  readonly id: number
  readonly hash: string
  readonly sealedBy: string
  readonly mac: string
}
type ChainEnds = Readonly<Partial<Record<(typeof ENDS)[number], ChainEnd>>>

/** @throws what keeps the file from being read; ends that are damaged count as none */
function chainEnds(reading: Reading): ChainEnds {
  try {
    return Object.fromEntries(
      reading
        .all('SELECT * FROM audit_chain')
        .map((row) => [
          row.word('place', ENDS),
          { id: row.number('id'), hash: row.text('hash'), sealedBy: row.text('sealed_by'), mac: row.text('mac') },
        ]),
    )
  } catch (error) {
    if (mayPass(error)) throw error
    return {}
  }
}

const endMac = (key: ChainKey, place: (typeof ENDS)[number], id: number, hash: string): string =>
  key.mac([place, id, hash])

/** As the database returns it: `toBatchJson` replaces what SQLite cannot keep. */
const asKept = (value: string | number | null): string | number | null =>
  typeof value === 'string' ? Buffer.from(value).toString().replaceAll('\0', '\ufffd') : value

/** What seals the rows of one batch, in their order, behind what is on the disk. @throws what keeps the file from being read */
export function sealing(reading: Reading, key: ChainKey): (entry: UnsealedEntry) => Record<string, unknown> {
  const { anchor, head } = chainEnds(reading)
  const newest = reading.first('SELECT max(id) AS id FROM audit')?.numberOrNull('id') ?? 0
  let id = Math.max(newest, head?.id ?? 0)
  // Behind a head that is not Gearboard's the chain is not continued: its break stays to be seen.
  let previous = head && isTrueEnd(key, 'head', head, keyOf(reading, head.id)) ? head.hash : ''
  // Where one end is left, the other one was removed, which shall show. With another key an empty log is anchored anew.
  let begins = (!anchor && !head) || (newest === 0 && head?.sealedBy !== key.id)
  return (entry) => {
    const kept = mapFields((field) => asKept(entry[field]))
    const anchorMac = begins ? { anchor: { id, hash: previous, mac: endMac(key, 'anchor', id, previous) } } : {}
    begins = false
    id++
    const hash = key.mac(entryParts(id, previous, kept))
    const sealed = {
      ...kept,
      id,
      previous_hash: previous,
      hash,
      sealed_by: key.id,
      head_mac: endMac(key, 'head', id, hash),
      ...anchorMac,
    }
    previous = hash
    return sealed
  }
}

const mapFields = (fieldOf: (field: SealedField) => string | number | null): UnsealedEntry => ({
  at: fieldOf('at'),
  connection: fieldOf('connection'),
  who: fieldOf('who'),
  ip: fieldOf('ip'),
  action: fieldOf('action'),
  target: fieldOf('target'),
  before: fieldOf('before'),
  after: fieldOf('after'),
  outcome: fieldOf('outcome'),
  error: fieldOf('error'),
  links: fieldOf('links'),
})

const COLUMNS = ['id', ...SEALED, 'previous_hash', 'hash', 'sealed_by'] as const
const END_COLUMNS = 'place, id, hash, sealed_by, mac'

/** Takes rows as `sealing` made them from the batch. */
export const insertSealed = (kind: string): string => `
  INSERT INTO audit (${COLUMNS.join(', ')}) SELECT ${fields(COLUMNS)} FROM temp.batch r WHERE r.kind = '${kind}';
  INSERT OR REPLACE INTO audit_chain (${END_COLUMNS})
    SELECT 'anchor', r.value->>'$.anchor.id', r.value->>'$.anchor.hash', r.value->>'sealed_by', r.value->>'$.anchor.mac'
    FROM temp.batch r WHERE r.kind = '${kind}' AND r.value->>'anchor' IS NOT NULL;
  INSERT OR REPLACE INTO audit_chain (${END_COLUMNS})
    SELECT 'head', ${fields(['id', 'hash', 'sealed_by', 'head_mac'])}
    FROM temp.batch r WHERE r.kind = '${kind}' ORDER BY r.value->>'id' DESC LIMIT 1`

const KIND = 'audit_anchor'

/** Removes the entries up to this id, and anchors the chain there. An anchor that is not Gearboard's stays, so that it shows. */
export function forgetAudit(reading: Reading, writing: Writing, key: ChainKey, upTo: number): Promise<void> {
  const { anchor } = chainEnds(reading)
  const last = reading.first('SELECT id, hash FROM audit WHERE id <= ? ORDER BY id DESC LIMIT 1', upTo)
  const id = last?.number('id') ?? 0
  const hash = last?.textOrNull('hash') ?? ''
  const moves =
    anchor !== undefined && isTrueEnd(key, 'anchor', anchor, keyOf(reading, anchor.id + 1)) && id > anchor.id
  const rows = [{ up_to: upTo, moves, id, hash, sealed_by: key.id, mac: endMac(key, 'anchor', id, hash) }]
  const mine = `temp.batch r WHERE r.kind = '${KIND}'`
  return writing.write(
    new Map([[KIND, toBatchJson(rows)]]),
    `DELETE FROM audit WHERE id <= (SELECT r.value->>'up_to' FROM ${mine});
     INSERT OR REPLACE INTO audit_chain (${END_COLUMNS})
       SELECT 'anchor', ${fields(['id', 'hash', 'sealed_by', 'mac'])} FROM ${mine} AND r.value->>'moves'`,
    'written',
  )
}

/** The key that an entry names; undefined where there is no such entry, null where it has none. */
const keyOf = (reading: Reading, id: number): string | null | undefined =>
  reading.first('SELECT CAST(sealed_by AS TEXT) AS sealed_by FROM audit WHERE id = ?', id)?.textOrNull('sealed_by')

/**
 * Of another key nothing can be computed, but an end is sealed together with the entry beside it.
 * @param beside the key that this entry names; undefined: there is no entry
 */
function isTrueEnd(
  key: ChainKey,
  place: (typeof ENDS)[number],
  { id, hash, sealedBy, mac }: ChainEnd,
  beside: string | null | undefined,
): boolean {
  if (sealedBy !== key.id) return beside === undefined || beside === sealedBy
  return mac === endMac(key, place, id, hash)
}

/** How many entries are checked before other work has its turn. */
const STEP = 500

/** Checks the whole chain, some milliseconds at a time. @throws what keeps the file from being read */
export async function verifyChain(reading: () => Reading, key: ChainKey): Promise<AuditChainCheck> {
  const before = chainEnds(reading())
  const check = await checkChain(reading, key, before)
  // Old entries may have been removed meanwhile, and the chain anchored behind them.
  if (check.broken === null || chainEnds(reading()).anchor?.id === before.anchor?.id) return check
  return verifyChain(reading, key)
}

async function checkChain(
  reading: () => Reading,
  key: ChainKey,
  { anchor, head }: ChainEnds,
): Promise<AuditChainCheck> {
  let checked = 0
  let otherKey = 0
  const upTo = anchor?.id ?? Number.MAX_SAFE_INTEGER
  const older = reading().first(
    'SELECT count(*) - count(hash) AS unchained, min(CASE WHEN hash IS NOT NULL THEN id END) AS chained, min(id) AS first FROM audit WHERE id <= ?',
    upTo,
  )
  const told = (broken: ChainBreak | null): AuditChainCheck => ({
    checked,
    unchained: older?.number('unchained') ?? 0,
    otherKey,
    keyed: key.isSecret,
    newest: head ? { id: head.id, hash: head.hash } : null,
    broken,
  })
  const chainedBefore = older?.numberOrNull('chained') ?? null
  if (!anchor && !head && chainedBefore === null) return told(null)
  if (!anchor || !head) return told({ kind: 'ends', id: null })
  if (!isTrueEnd(key, 'anchor', anchor, keyOf(reading(), anchor.id + 1))) return told({ kind: 'ends', id: null })
  if (!isTrueEnd(key, 'head', head, keyOf(reading(), head.id))) return told({ kind: 'ends', id: null })
  // Before an anchor that is an entry of the chain nothing is left.
  const stray = anchor.hash === '' ? chainedBefore : (older?.numberOrNull('first') ?? null)
  if (stray !== null) return told({ kind: 'inserted', id: stray })

  let last = { id: anchor.id, hash: anchor.hash }
  while (last.id < head.id) {
    const rows = reading().all(
      'SELECT * FROM audit WHERE id > ? AND id <= ? ORDER BY id LIMIT ?',
      last.id,
      head.id,
      STEP,
    )
    if (rows.length === 0) break
    for (const row of rows) {
      const id = row.number('id')
      const entry = readSealed(row)
      const kind = breakAt(entry, id, last, key)
      if (kind !== undefined || entry === undefined) return told({ kind: kind ?? 'changed', id })
      if (entry.sealedBy === key.id) checked++
      else otherKey++
      last = { id, hash: entry.hash ?? '' }
    }
    await new Promise(setImmediate)
  }
  if (last.id !== head.id || last.hash !== head.hash) return told({ kind: 'end', id: head.id })
  const beyond = reading().first(
    `SELECT min(id) AS id FROM audit WHERE id > (SELECT id FROM audit_chain WHERE place = 'head')`,
  )
  const inserted = beyond?.numberOrNull('id') ?? null
  return told(inserted === null ? null : { kind: 'inserted', id: inserted })
}

interface SealedEntry {
  readonly fields: UnsealedEntry
  readonly previous: string | null
  readonly hash: string | null
  readonly sealedBy: string | null
}

/** Undefined where a field has another type than Gearboard writes. */
function readSealed(row: Row): SealedEntry | undefined {
  try {
    return {
      fields: mapFields((field) => (field === 'at' ? row.number(field) : row.textOrNull(field))),
      previous: row.textOrNull('previous_hash'),
      hash: row.textOrNull('hash'),
      sealedBy: row.textOrNull('sealed_by'),
    }
  } catch (error) {
    if (error instanceof DamagedRow) return undefined
    throw error
  }
}

function breakAt(
  entry: SealedEntry | undefined,
  id: number,
  last: { readonly id: number; readonly hash: string },
  key: ChainKey,
): ChainBreak['kind'] | undefined {
  if (id !== last.id + 1) return 'missing'
  if (entry === undefined) return 'changed'
  const { fields: sealed, previous, hash, sealedBy } = entry
  if (hash === null || previous === null) return 'inserted'
  if (sealedBy === key.id && hash !== key.mac(entryParts(id, previous, sealed))) return 'changed'
  return previous === last.hash ? undefined : 'unlinked'
}
