import type { PrivateData } from '@/lib/model/registration'

// 1.2.2 and later. The texts are not escaped, so the description is whatever stands between its neighbours, which are rigid.
const NAME = /^\{'sessionName':'([A-Za-z0-9_-]*)', 'sessionDescription':'/
const BEHIND_DESCRIPTION = "', 'refCount': "
const REST =
  /^-?\d+, 'linkedTo': \w+, 'dead': \w+, 'isInstallationNeeded':\d+, 'registrationsList':\[[^\]]*\], 'depsList':\[([\s\S]*)\]\}$/
// 1.0 and up to 1.2.1.
const SESSION_ID = /^\{'sessionId':'([^']*)', 'depsList':\[([\s\S]*)\]\}$/
const REQUIREMENT = "{'name':'"
const BEHIND_REQUIREMENT = "', 'basePath':'"

/** Reads the PD text of a registration (protocol 6.4). It is neither JSON nor Python; what cannot be read is null, and `raw` stays. */
export function parsePrivateData(raw: string): PrivateData {
  const [begins, session] = NAME.exec(raw) ?? []
  const end = raw.lastIndexOf(BEHIND_DESCRIPTION)
  const [, requirements] = REST.exec(raw.slice(end + BEHIND_DESCRIPTION.length)) ?? []
  if (begins !== undefined && session !== undefined && end >= begins.length && requirements !== undefined) {
    const description = raw.slice(begins.length, end)
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
