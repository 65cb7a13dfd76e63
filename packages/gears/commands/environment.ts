import { type Arg, command, noArgs } from '../command'
import {
  bytes,
  type Decoder,
  flag,
  integer,
  list,
  Mismatch,
  map,
  nullable,
  oneOf,
  optional,
  pairs,
  type Reply,
  text,
  tuple,
} from '../reply'
import type { Plugin, PythonSession, PythonStats, Requirement } from '../vocabulary/environment'
import type { ShardRegistration } from '../vocabulary/registration'
import { DUMPS_KEY_TYPES, growing, NO_DANGERS, waiting } from './dangers'
import { registration } from './registrations'
import { ok, yesNo } from './shared'

/** Bytes that the Python of the shard asked has allocated; all zeros where OverridePythonAllocators is off. */
export const pyStats = command({
  name: 'RG.PYSTATS',
  access: 'watch',
  guard: { dangers: NO_DANGERS, sender: 'gearboard' },
  route: 'every',
  reads: true,
  args: noArgs,
  decode: map(
    pairs({ TotalAllocated: integer, PeakAllocated: integer, CurrAllocated: integer }),
    (stats): PythonStats => ({
      total: stats.TotalAllocated,
      peak: stats.PeakAllocated,
      current: stats.CurrAllocated,
    }),
  ),
})

const NOT_DOWNLOADED = 'Requirement was not yet downloaded so wheels are not available'
const noWheels = map(oneOf(NOT_DOWNLOADED), () => null)
const someWheels = list(text)
const wheels: Decoder<readonly string[] | null> = (reply) =>
  Buffer.isBuffer(reply) ? noWheels(reply) : someWheels(reply)

const requirement: Decoder<Requirement> = map(
  pairs({
    GearReqVersion: integer,
    Name: text,
    IsDownloaded: yesNo,
    IsInstalled: yesNo,
    CompiledOs: text,
    Wheels: wheels,
    Path: optional(text),
    RefCount: optional(integer),
    IsInReqDictionary: optional(yesNo),
  }),
  (entry) => ({
    version: entry.GearReqVersion,
    name: entry.Name,
    downloaded: entry.IsDownloaded,
    installed: entry.IsInstalled,
    compiledOs: entry.CompiledOs,
    wheels: entry.Wheels,
    path: entry.Path ?? null,
    refCount: entry.RefCount ?? null,
    inDictionary: entry.IsInReqDictionary ?? null,
  }),
)

export const pyDumpReqs = command({
  name: 'RG.PYDUMPREQS',
  access: 'watch',
  guard: { dangers: NO_DANGERS, sender: 'gearboard' },
  route: 'every',
  reads: true,
  args: noArgs,
  decode: list(requirement),
})

/** A requirement with its wheels, in opaque chunks of at most 10 MiB that `pyImportReq` takes in the same order. */
export interface ExportedRequirement {
  readonly requirement: Requirement
  readonly chunks: readonly Buffer[]
}

export const pyExportReq = command({
  name: 'RG.PYEXPORTREQ',
  access: 'develop',
  guard: {
    dangers: [growing('with the wheels, which it answers whole', 'it is sent only for a download')],
    sender: 'person',
  },
  route: 'one',
  args: (name: string) => [name],
  decode: (reply): ExportedRequirement => exported(reply),
})

const exported: Decoder<ExportedRequirement> = map(
  tuple<readonly [Requirement, readonly Buffer[]]>(requirement, list(bytes)),
  ([requirement, chunks]) => ({ requirement, chunks }),
)

export const pyImportReq = command({
  name: 'RG.PYIMPORTREQ',
  access: 'develop',
  guard: { dangers: [waiting('until every shard has installed it')], sender: 'person' },
  route: 'any',
  blocks: true,
  args: (chunks: readonly Buffer[]) => chunks,
  decode: ok,
})

const sessionFields = {
  ID: text,
  sessionDescription: nullable(text),
  refCount: integer,
  linked: oneOf('primary', 'None', 'temprary'),
  dead: map(oneOf('true', 'false'), (word) => word === 'true'),
  requirementInstallationNeeded: flag,
} as const

interface SessionFields {
  readonly ID: string
  readonly sessionDescription: string | null
  readonly refCount: number
  readonly linked: PythonSession['linked']
  readonly dead: boolean
  readonly requirementInstallationNeeded: boolean
}

const sessionOf = (fields: SessionFields) => ({
  id: fields.ID,
  description: fields.sessionDescription,
  refCount: fields.refCount,
  linked: fields.linked,
  dead: fields.dead,
  installationNeeded: fields.requirementInstallationNeeded,
})

const plainSession: Decoder<PythonSession> = map(
  pairs({ ...sessionFields, requirements: list(text), registrations: list(text) }),
  (fields) => ({ ...sessionOf(fields), requirements: fields.requirements, registrations: fields.registrations }),
)

/** RG.PYDUMPSESSIONS VERBOSE. */
export interface VerboseSession extends Omit<PythonSession, 'requirements' | 'registrations'> {
  readonly requirements: readonly Requirement[]
  /** Only the id where the shard asked does not know the registration. Private data is not included here. */
  readonly registrations: readonly (ShardRegistration | { readonly id: string })[]
}

const registrationOrId: Decoder<ShardRegistration | { readonly id: string }> = (reply) =>
  Buffer.isBuffer(reply) ? { id: text(reply) } : registration(reply)

const verboseSession: Decoder<VerboseSession> = map(
  pairs({ ...sessionFields, requirements: list(requirement), registrations: list(registrationOrId) }),
  (fields) => ({ ...sessionOf(fields), requirements: fields.requirements, registrations: fields.registrations }),
)

export interface SessionFilter {
  /** Those that no registration links to any longer and something still holds, instead of the living. */
  readonly dead?: boolean
  /** Only these; an id that names no session is missing from the answer. */
  readonly ids?: readonly string[]
}

const filterArgs = ({ dead, ids }: SessionFilter): readonly Arg[] => [
  ...(dead ? ['DEAD'] : []),
  // Swallows all that follows it.
  ...(ids ? ['SESSIONS', ...ids] : []),
]

/** The module answers a sentence in the place of a session that it does not know. */
const known = <T>(session: Decoder<T>, reply: Reply, ids: readonly string[] | undefined): readonly T[] =>
  list((element): T | null => {
    if (!ids || !Buffer.isBuffer(element)) return session(element)
    const sentence = text(element)
    if (ids.some((id) => sentence === `Session ${id} does not exists`)) return null
    throw new Mismatch('a session', 'text')
  })(reply).filter((each): each is Awaited<T> & T => each !== null)

export const pyDumpSessions = command({
  name: 'RG.PYDUMPSESSIONS',
  access: 'watch',
  guard: {
    dangers: [growing('0.1 ms and 46 kB for each 1,000 registrations', 'it is sent only while a page asks')],
    sender: 'gearboard',
  },
  route: 'every',
  reads: true,
  since: '1.2',
  args: (filter: SessionFilter = {}) => filterArgs(filter),
  decode: (reply, [filter]): readonly PythonSession[] => known(plainSession, reply, filter?.ids),
})

export const pyDumpSessionsVerbose = command({
  name: 'RG.PYDUMPSESSIONS',
  subcommand: 'VERBOSE',
  access: 'library',
  guard: {
    dangers: [
      DUMPS_KEY_TYPES,
      growing('3.6 ms and 322 kB for each 1,000 registrations', 'Gearboard itself does not send it'),
    ],
    sender: 'person',
  },
  route: 'every',
  reads: true,
  since: '1.2',
  args: (filter: SessionFilter = {}) => [...filterArgs(filter)],
  decode: (reply, [filter]): readonly VerboseSession[] => known(verboseSession, reply, filter?.ids),
})

export const dumpPlugins = command({
  name: 'RG.DUMPPLUGINS',
  access: 'watch',
  guard: { dangers: NO_DANGERS, sender: 'gearboard' },
  route: 'every',
  reads: true,
  since: '1.2',
  args: noArgs,
  decode: list(map(tuple<readonly [string, number]>(text, integer), ([name, version]): Plugin => ({ name, version }))),
})
