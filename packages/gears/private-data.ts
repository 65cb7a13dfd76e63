import type { TextCut } from './link/reply-gate'
import type { PrivateData } from './vocabulary/registration'
import { cutMiddle } from './vocabulary/text'

/**
 * Each entry of RG.DUMPREGISTRATIONS repeats the ids of its whole session, 47 bytes each, so that the list grows with
 * the square of a session (2,000 of one: 192 MB). The ids are in the middle; the rest is kept.
 */
export const PRIVATE_DATA_CUT: TextCut = { key: 'PD', over: 24_000, head: 4000, tail: 16_000 }

// 1.2.2 and later. The texts are not escaped, so the description is whatever is between its neighbours, which are
// rigid.
const NAME = /^\{'sessionName':'([A-Za-z0-9_-]*)', 'sessionDescription':'/
const BEHIND_DESCRIPTION = "', 'refCount': "
const REST =
  /^-?\d+, 'linkedTo': \w+, 'dead': \w+, 'isInstallationNeeded':\d+, 'registrationsList':\[[^\]]*\], 'depsList':\[([\s\S]*)\]\}$/
// 1.0 and up to 1.2.1.
const SESSION_ID = /^\{'sessionId':'([^']*)', 'depsList':\[([\s\S]*)\]\}$/
const IDS = "'registrationsList':["
const CUT = /… \d+ bytes left out …/
const REQUIREMENT = "{'name':'"
const BEHIND_REQUIREMENT = "', 'basePath':'"

/** How much of a longer text is kept, characters: each registration carries it to every viewer. */
const RAW_CHARS = 4000
/** What is kept of the ids of a session in such a text, characters. */
const IDS_CHARS = 500
/** Two texts that begin alike may be of one session, bytes. */
const ALIKE = 100

/** Reads the PD texts of one reply. Those of a session are the same text, however many registrations it has: they are read once. */
export class PrivateDataReader {
  private readonly known = new Map<string, { readonly bytes: Buffer; readonly value: PrivateData }>()

  read(bytes: Buffer): PrivateData {
    const begins = bytes.toString('latin1', 0, ALIKE)
    const known = this.known.get(begins)
    if (known?.bytes.equals(bytes)) return known.value
    const value = parsePrivateData(bytes.toString())
    this.known.set(begins, { bytes, value })
    return value
  }
}

/** Reads the PD text of a registration (protocol 6.4). It is neither JSON nor Python; what cannot be read is null, and `raw` stays. */
export function parsePrivateData(told: string): PrivateData {
  const [begins, session] = NAME.exec(told) ?? []
  const end = told.lastIndexOf(BEHIND_DESCRIPTION)
  const [, requirements] = REST.exec(told.slice(end + BEHIND_DESCRIPTION.length)) ?? []
  const raw = shortened(told, Math.max(end, 0))
  if (begins !== undefined && session !== undefined && end >= begins.length && requirements !== undefined) {
    const description = told.slice(begins.length, end)
    return {
      raw,
      session,
      // A missing description prints as 'null', like one that really is that word.
      sessionDescription: description === 'null' ? null : description,
      requirements: names(requirements),
    }
  }
  const [, id, old] = SESSION_ID.exec(told) ?? []
  if (id !== undefined && old !== undefined) {
    return { raw, session: id, sessionDescription: null, requirements: names(old) }
  }
  // When a description of thousands of characters was cut, the name is still at the beginning.
  return { raw, session: (CUT.test(told) && session) || null, sessionDescription: null, requirements: [] }
}

/** A long text, with its ids left out before anything else. @param from where they may stand */
function shortened(told: string, from: number): string {
  if (told.length <= RAW_CHARS) return told
  const start = told.indexOf(IDS, from)
  const end = told.indexOf(']', start)
  const ids = start >= 0 && end > start + IDS_CHARS ? start + IDS.length + IDS_CHARS : undefined
  const short = ids === undefined ? told : `${told.slice(0, ids)}… others left out …${told.slice(end)}`
  return cutMiddle(short, RAW_CHARS)
}

function names(list: string): readonly string[] {
  const found: string[] = []
  for (let at = list.indexOf(REQUIREMENT); at >= 0; ) {
    const start = at + REQUIREMENT.length
    const end = list.indexOf(BEHIND_REQUIREMENT, start)
    if (end < 0) break
    found.push(list.slice(start, end))
    at = list.indexOf(REQUIREMENT, end)
  }
  return found
}
