import { formatCount, plural } from '@gearboard/gears/vocabulary/text'
import type { ClusterAct } from '../model/cluster/silence'
import { requirementProblem } from '../model/environment/pep508'
import { type SourceWithScript, sessionOf } from '../model/record/source'
import type { ScriptEffects } from './python/script'

/** Largest script, bytes. */
export const MAX_SCRIPT_BYTES = 1_000_000
const MOST_REQUIREMENTS = 100
const LONGEST_ID = 256
const LONGEST_LINE = 4096

/** How a script is sent: `run` without a session's name, `new` with one, in place of a session of the same name, or of another. */
export const SUBMIT_MODES = ['new', 'upgrade', 'replace', 'run'] as const
export type SubmitMode = (typeof SUBMIT_MODES)[number]

/** Everything that is typed in the editor. */
export interface Submission {
  readonly script: string
  readonly mode: SubmitMode
  /** Empty: the module makes one up. */
  readonly id: string
  readonly description: string
  /** The session to replace. */
  readonly replaceWith: string
  readonly requirements: readonly string[]
  readonly blocking: boolean
  readonly reinstall: boolean
}

/** A submission of this script that runs once, with nothing else typed. */
export const plainSubmission = (script: string): Submission => ({
  script,
  mode: 'run',
  id: '',
  description: '',
  replaceWith: '',
  requirements: [],
  blocking: false,
  reinstall: false,
})

/** What is known about the server and about the script. */
export interface SubmissionContext {
  /** Undefined while not known: then nothing is refused for it. */
  readonly sessions: readonly string[] | undefined
  readonly generation: '1.0' | '1.2' | undefined
  /** What the script runs and registers, as far as its text shows. */
  readonly effects: Pick<ScriptEffects, 'registers' | 'mayRegister' | 'cannotTell'>
}

type SubmissionField = 'script' | 'id' | 'description' | 'replaceWith' | 'requirements' | 'mode'
export type Problems = Partial<Record<SubmissionField, string>>

/** What would be refused, by field, with the reason; empty when it may be sent. */
export function submissionProblems(s: Submission, around: SubmissionContext): Problems {
  const problems: Problems = {}
  const set = (field: SubmissionField, reason: string | undefined) => {
    if (reason !== undefined) problems[field] = reason
  }
  set('script', scriptProblem(s.script) ?? nothingToUpgrade(s, around))
  set(
    'mode',
    s.mode !== 'run' && around.generation === '1.0'
      ? 'RedisGears 1.0 has no named sessions. Choose Run once.'
      : undefined,
  )
  set('id', s.mode === 'run' ? undefined : idProblem(s, around.sessions))
  set('replaceWith', s.mode === 'replace' ? replaceProblem(s, around.sessions) : undefined)
  set('description', lineProblem(s.description) ?? descriptionProblem(s, around.generation))
  set('requirements', requirementsProblem(s.requirements))
  return problems
}

function scriptProblem(script: string): string | undefined {
  if (script.trim() === '') return 'The script is empty.'
  const nul = script.indexOf('\0')
  if (nul >= 0)
    return `Line ${script.slice(0, nul).split('\n').length} contains a NUL character, which Python does not accept.`
  // A character is at least one byte: only long scripts are worth encoding.
  const bytes = script.length * 3 <= MAX_SCRIPT_BYTES ? script.length : new TextEncoder().encode(script).length
  return bytes > MAX_SCRIPT_BYTES
    ? `The script has ${plural(bytes, 'byte')}; the limit is ${formatCount(MAX_SCRIPT_BYTES)}.`
    : undefined
}

function nothingToUpgrade({ mode }: Submission, { effects }: SubmissionContext): string | undefined {
  if ((mode !== 'upgrade' && mode !== 'replace') || effects.cannotTell) return undefined
  if (effects.registers + effects.mayRegister > 0) return undefined
  // Protocol 6.5: the old session would be left fully in place, silently.
  return 'It registers nothing, so RedisGears would keep the old session.'
}

function idProblem({ mode, id }: Submission, sessions: readonly string[] | undefined): string | undefined {
  if (id === '') {
    if (mode === 'upgrade') return 'Name the session to upgrade.'
    return mode === 'replace' ? 'Name the new session.' : undefined
  }
  const stranger = /[^A-Za-z0-9_-]/u.exec(id)?.[0]
  if (stranger !== undefined)
    return `Use only letters, digits, - and _, not ${stranger === ' ' ? 'a space' : stranger}.`
  if (id.length > LONGEST_ID) return `Use at most ${plural(LONGEST_ID, 'character')}.`
  if (!sessions?.includes(id)) return undefined
  if (mode === 'new') return `Session ${id} already exists. Upgrade it, or choose another name.`
  return mode === 'replace' ? `Session ${id} already exists. Choose another name.` : undefined
}

function replaceProblem({ replaceWith }: Submission, sessions: readonly string[] | undefined): string | undefined {
  if (replaceWith === '') return 'Choose the session to replace.'
  return sessions && !sessions.includes(replaceWith) ? `Session ${replaceWith} does not exist.` : undefined
}

function lineProblem(text: string): string | undefined {
  if (text.includes('\0')) return 'A NUL character cannot be sent.'
  return text.length > LONGEST_LINE ? `Use at most ${plural(LONGEST_LINE, 'character')}.` : undefined
}

/** In the other modes the mode itself is what 1.0 lacks. */
const descriptionProblem = ({ mode, description }: Submission, generation: SubmissionContext['generation']) =>
  mode === 'run' && generation === '1.0' && description.trim() !== ''
    ? 'RedisGears 1.0 takes no description. Clear it.'
    : undefined

function requirementsProblem(requirements: readonly string[]): string | undefined {
  if (requirements.length > MOST_REQUIREMENTS) return `Use at most ${plural(MOST_REQUIREMENTS, 'requirement')}.`
  const double = requirements.find((one, i) => requirements.indexOf(one) !== i)
  if (double !== undefined) return `${double} is listed twice.`
  return requirements.map(requirementProblem).find((reason) => reason !== undefined)
}

/** What the submit endpoint takes; what does not belong to the mode stays here. */
export function submissionBody(s: Submission) {
  const named = s.mode !== 'run'
  return {
    script: s.script,
    requirements: [...s.requirements],
    blocking: s.blocking,
    upgrade: s.mode === 'upgrade',
    forceReinstallRequirements: s.reinstall && s.requirements.length > 0,
    ...(named && s.id !== '' ? { id: s.id } : {}),
    ...(s.description.trim() !== '' ? { description: s.description.trim() } : {}),
    ...(s.mode === 'replace' ? { replaceWith: s.replaceWith } : {}),
  }
}

/** The session that this submission replaces; empty where it replaces none. */
export const sessionReplaced = ({ mode, id, replaceWith }: Pick<Submission, 'mode' | 'id' | 'replaceWith'>): string =>
  mode === 'upgrade' ? id : mode === 'replace' ? replaceWith : ''

/**
 * What a former source restores in the editor: an upgrade where its session is on the server, what it was sent as elsewhere.
 * `sessions`: the current ones, undefined while unknown. `live`: something that it registered is there now.
 */
export function submissionOf(
  source: Pick<SourceWithScript, 'script' | 'requirements' | 'options' | 'outcome'>,
  sessions: readonly string[] | undefined,
  live: boolean,
): Submission {
  const { script, requirements, options, outcome } = source
  const text = (name: string) => (typeof options[name] === 'string' ? options[name] : '')
  const named = text('id')
  const upgrades = live || (named !== '' && sessions?.includes(named) === true)
  // A made-up name is of use only while the session is there.
  const id = live ? (sessionOf(source) ?? '') : named
  return {
    script,
    mode:
      upgrades && id !== ''
        ? 'upgrade'
        : id !== '' || (sessionOf(source) !== null && REGISTERED.has(outcome))
          ? 'new'
          : 'run',
    id,
    description: text('description'),
    replaceWith: '',
    requirements,
    blocking: options.blocking === true,
    reinstall: false,
  }
}

const REGISTERED: ReadonlySet<SourceWithScript['outcome']> = new Set(['registered', 'partial'])

/** RG.PYEXECUTE with its options, as words after redis-cli. */
export function submissionWords(s: Submission): readonly string[] {
  const body = submissionBody(s)
  return [
    'RG.PYEXECUTE',
    body.script,
    ...(body.blocking ? [] : ['UNBLOCKING']),
    ...(body.id === undefined ? [] : ['ID', body.id]),
    ...(body.description === undefined ? [] : ['DESCRIPTION', body.description]),
    ...(body.upgrade ? ['UPGRADE'] : []),
    ...(body.replaceWith === undefined ? [] : ['REPLACE_WITH', body.replaceWith]),
    ...(body.forceReinstallRequirements ? ['FORCE_REINSTALL_REQUIREMENTS'] : []),
    ...(body.requirements.length === 0 ? [] : ['REQUIREMENTS', ...body.requirements]),
  ]
}

/**
 * What sending this needs every shard for: a registration, and the install of a requirement, are given up after 5 to 30 s while one is
 * silent (measured on 1.2.13). Undefined: a run, which works or fails with its shards.
 */
export function needsEveryShard(
  effects: ScriptEffects,
  requirements: readonly string[],
): Extract<ClusterAct, 'register' | 'install'> | undefined {
  if (effects.registers + effects.mayRegister > 0 || effects.cannotTell) return 'register'
  return requirements.length > 0 ? 'install' : undefined
}
