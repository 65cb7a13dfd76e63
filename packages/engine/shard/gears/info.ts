import type { GearsModule } from './gears'
import type { ArgValue, ReaderRegistration } from './registration'
import { COMPILED_OS } from './requirement'
import { privateData } from './script-session'
import { doubleText } from './values'

/** Adds the INFO sections of protocol 8, with their spelling. */
export function addInfo(gears: GearsModule): void {
  const { shard, version } = gears
  const section = (name: string, lines: () => readonly string[]): void =>
    shard.addInfoSection(name, () =>
      lines()
        .map((line) => `rg_${line}\r\n`)
        .join(''),
    )
  section('rg', () => [`nexecutions:${gears.executions.size}`, `nregistrations:${gears.registrations.size}`])
  section('rg_regisrations', () =>
    gears.registrations.list().map((registration) => registrationLine(gears, registration)),
  )
  if (version !== '1.0') section('rg_plugins', () => ['GearsPythonPlugin:version=10000'])
  section('rg_python_stats', () => {
    const { total, peak, current } = gears.python.memory()
    return [`TotalAllocated:${total}`, `PeakAllocated:${peak}`, `CurrAllocated:${current}`]
  })
  section('rg_python_requirements', () =>
    gears.requirements.list().map((requirement) => {
      const { name, downloaded, files, path } = requirement
      const there = downloaded ? 'yes' : 'no'
      const wheels = files.map((file) => file.name).join('|')
      const base = `${name}:IsDownloaded=${there},IsInstalled=${there},CompiledOs=${COMPILED_OS},Wheels=[${wheels}]`
      if (version === '1.0') return base
      return `${base},Path=${path},RefCount=${gears.requirements.references(requirement)},IsInReqDictionary=yes`
    }),
  )
  if (version !== '1.0') {
    section('rg_python_sessions', () =>
      gears.sessions
        .list()
        .map((session) => `${session.name}:${privateData(session, gears.sessions.references(session), version)}`),
    )
  }
}

function registrationLine(gears: GearsModule, registration: ReaderRegistration): string {
  const { init, counters } = registration
  const old = gears.version === '1.0'
  const fields: [string, string | number][] = [
    ['desc', init.desc ?? 'None'],
    ['reader', init.reader],
    ['mode', init.mode],
    ['numTriggered', counters.triggered],
    ['numSuccess', counters.success],
    ['numFailures', counters.failures],
    ['numAborted', counters.aborted],
  ]
  if (!old) {
    fields.push(['lastRunDurationMS', counters.lastRunMs], ['totalRunDurationMS', counters.totalRunMs])
    fields.push(['avgRunDurationMS', doubleText(counters.averageRunMs())])
    if (registration.reportsLag)
      fields.push(
        ['lastEstimatedLagMS', counters.lastLagMs],
        ['avgEstimatedLagMS', doubleText(counters.averageLagMs())],
      )
  }
  fields.push(['lastError', counters.lastError ?? 'None'])
  // In 1.0, INFO already shows a stream's policy and a trigger's order.
  const shown = init.reader === 'KeysReader' ? gears.version : '1.2'
  const args = registration.args(shown).map(([key, value]): [string, string] => [key, argText(value)])
  // INFO lists a stream's status among its arguments, DUMPREGISTRATIONS after them.
  const at = registration.status === undefined ? args.length : 3
  fields.push(...args.slice(0, at))
  if (registration.status !== undefined) fields.push(['status', registration.status])
  fields.push(...args.slice(at))
  if (!old) {
    const data = privateData(init.session, gears.sessions.references(init.session), gears.version)
    fields.push(['PD', data.replaceAll(',', '|')])
  }
  return `${registration.id}:${fields.map(([key, value]) => `${key}=${value}`).join(',')}`
}

function argText(value: ArgValue): string {
  if (value === null) return 'None'
  return typeof value === 'object' ? `[${value.join('|')}]` : String(value)
}
