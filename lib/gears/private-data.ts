import type { PrivateData } from '@/lib/model/registration'

// 1.2.2 and later. The texts are not escaped, so the description is whatever stands between its neighbours, which are rigid.
const SESSION =
  /^\{'sessionName':'([A-Za-z0-9_-]*)', 'sessionDescription':'(.*)', 'refCount': -?\d+, 'linkedTo': \w+, 'dead': \w+, 'isInstallationNeeded':\d+, 'registrationsList':\[[^\]]*\], 'depsList':\[(.*)\]\}$/s
// 1.0 and up to 1.2.1.
const SESSION_ID = /^\{'sessionId':'([^']*)', 'depsList':\[(.*)\]\}$/s
const REQUIREMENT = /\{'name':'(.*?)', 'basePath':'/gs

/** Reads the PD text of a registration (protocol 6.4). It is neither JSON nor Python; what cannot be read is null, and `raw` stays. */
export function parsePrivateData(raw: string): PrivateData {
  const named = SESSION.exec(raw)
  const [, session, description, requirements] = named ?? []
  if (session !== undefined && description !== undefined && requirements !== undefined) {
    return {
      raw,
      session,
      // A missing description prints as 'null', like one that really is that word.
      sessionDescription: description === 'null' ? null : description,
      requirements: names(requirements),
    }
  }
  const [, id, old] = SESSION_ID.exec(raw) ?? []
  if (id !== undefined && old !== undefined) {
    return { raw, session: id, sessionDescription: null, requirements: names(old) }
  }
  return { raw, session: null, sessionDescription: null, requirements: [] }
}

const names = (list: string) => [...list.matchAll(REQUIREMENT)].map(([, name]) => name ?? '')
