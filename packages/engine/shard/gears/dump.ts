import type { CommandReply } from '../core'
import type { GearsModule } from './gears'
import { type ReaderRegistration, registrationData } from './registration'
import { COMPILED_OS, type PipRequirement } from './requirement'
import { privateData, type ScriptSession } from './script-session'

/** An entry of DUMPREGISTRATIONS. PYDUMPSESSIONS VERBOSE has the same entry without PD. */
export function dumpRegistration(
  gears: GearsModule,
  registration: ReaderRegistration,
  withPrivateData: boolean,
): CommandReply {
  const { id, reader, desc, session } = registration.init
  const entry: CommandReply[] = ['id', id, 'reader', reader, 'desc', desc ?? null]
  entry.push('RegistrationData', registrationData(registration, gears.version))
  if (withPrivateData) entry.push('PD', privateData(session, gears.sessions.references(session), gears.version))
  if (gears.version !== '1.0') entry.push('ExecutionThreadPool', 'DefaultPool')
  return entry
}

/** An entry of PYDUMPREQS. */
export function dumpRequirement(gears: GearsModule, requirement: PipRequirement): CommandReply {
  const { name, downloaded, files, path } = requirement
  const entry: CommandReply[] = [
    ...['GearReqVersion', gears.version === '1.0' ? 1 : 2],
    ...['Name', name],
    ...['IsDownloaded', downloaded ? 'yes' : 'no'],
    ...['IsInstalled', downloaded ? 'yes' : 'no'],
    ...['CompiledOs', COMPILED_OS],
  ]
  entry.push(
    'Wheels',
    downloaded ? files.map((file) => file.name) : 'Requirement was not yet downloaded so wheels are not available',
  )
  if (gears.version !== '1.0') {
    entry.push('Path', path, 'RefCount', gears.requirements.references(requirement))
    entry.push('IsInReqDictionary', gears.requirements.get(name) === requirement ? 'yes' : 'no')
  }
  return entry
}

/** An entry of PYDUMPSESSIONS. */
export function dumpSession(gears: GearsModule, session: ScriptSession, verbose: boolean): CommandReply {
  const registrations = [...session.registrations].map(({ id }): CommandReply => {
    const registration = verbose ? gears.registrations.get(id) : undefined
    return registration ? dumpRegistration(gears, registration, false) : id
  })
  const requirements = session.requirements.map(
    (requirement): CommandReply => (verbose ? dumpRequirement(gears, requirement) : requirement.name),
  )
  return [
    ...['ID', session.name],
    ...['sessionDescription', session.description ?? null],
    ...['refCount', gears.sessions.references(session)],
    ...['linked', session.linked ? 'primary' : 'None'],
    ...['dead', session.dead ? 'true' : 'false'],
    ...['requirementInstallationNeeded', session.installed ? 1 : 0],
    ...['requirements', requirements],
    ...['registrations', registrations],
  ]
}
