import type { PipRequirement } from './requirement'
import type { RegistrationInfo, SessionInfo } from './shard-messages'
import type { GearsVersion } from './terms'

/** A registration as its session stores it. */
interface SessionRegistration {
  readonly id: string
  readonly init: RegistrationInfo
  readonly unregistered: boolean
}

/** One PYEXECUTE, which owns its globals, requirements, runs and registrations (protocol 6). */
export class ScriptSession {
  /** Its registrations, and unregistered ones whose executions are still running. */
  readonly registrations = new Set<SessionRegistration>()
  /** Runs that have not been dropped. */
  readonly runs = new Set<{ readonly id: string }>()
  readonly timers = new Set<number>()
  readonly requirements: PipRequirement[] = []
  linked = false
  dead = false

  constructor(
    /** The name that clients see. */
    readonly name: string,
    /** The name that Python sees. An upgraded session continues to exist beside its successor. */
    readonly key: string,
    readonly description: string | undefined,
    /** Whether a requirement had to be installed for it. */
    readonly installed: boolean,
  ) {}
}

export const sessionInfo = ({ name, key, description, installed, requirements }: ScriptSession): SessionInfo => ({
  name,
  key,
  description,
  installed,
  requirements: requirements.map((requirement) => requirement.name),
})

/** The PD string of protocol 6.4. */
export function privateData(session: ScriptSession, references: number, version: GearsVersion): string {
  const dependencies = session.requirements.map(
    ({ name, path, files }) =>
      `{'name':'${name}', 'basePath':'${path}', 'wheels':[${files.map((file) => quoted(file.name)).join(',')}]}`,
  )
  const depsList = `'depsList':[${dependencies.join(',')}]`
  if (version === '1.0') return `{'sessionId':'${session.name}', ${depsList}}`
  const registrations = [...session.registrations].map(({ id }) => quoted(id)).join(',')
  return (
    `{'sessionName':'${session.name}', 'sessionDescription':'${session.description ?? 'null'}', 'refCount': ${references}, ` +
    `'linkedTo': ${session.linked ? 'primary' : 'None'}, 'dead': ${session.dead}, 'isInstallationNeeded':${session.installed ? 1 : 0}, ` +
    `'registrationsList':[${registrations}], ${depsList}}`
  )
}

const quoted = (text: string): string => `'${text}'`
