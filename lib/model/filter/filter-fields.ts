import { EXECUTION_STATUSES, OUTCOMES } from '@gearboard/gears/vocabulary/execution'
import type { Execution } from '../executions/execution'
import { executionName, shownDuration } from '../executions/execution-view'
import { HAZARDS } from '../registrations/hazards'
import { REGISTRATION_HEALTHS } from '../registrations/health'
import type { Registration } from '../registrations/registration'
import { REGISTRATION_FINDINGS, registrationFindings } from '../registrations/registration-findings'
import { readerWord } from '../registrations/registration-view'
import type { Vocabulary } from './filter'

/** What left the server while it ran was last seen as running; it is not, and its outcome says that it is unknown. */
const saysStatus = ({ live, status }: Execution): boolean => live || status === 'done' || status === 'aborted'

/** `readerOf` says which reader fed an execution, where that is known. */
export const executionVocabulary = (readerOf: (e: Execution) => string | null): Vocabulary<Execution> => ({
  fields: [
    {
      key: 'status',
      kind: 'word',
      meaning: 'outcome or raw status',
      values: [...new Set<string>([...OUTCOMES, ...EXECUTION_STATUSES])],
      read: (e) => [...new Set<string>(saysStatus(e) ? [e.outcome, e.status] : [e.outcome])],
    },
    { key: 'outcome', kind: 'word', meaning: 'outcome', values: OUTCOMES, read: (e) => [e.outcome] },
    { key: 'shard', kind: 'word', meaning: 'the shard that started it', read: (e) => [e.shard] },
    {
      key: 'registered',
      kind: 'word',
      meaning: 'started by a registration',
      values: ['yes', 'no'],
      read: (e) => [e.registered ? 'yes' : 'no'],
    },
    {
      key: 'reader',
      kind: 'word',
      meaning: 'its reader, if known',
      read: (e) => [readerOf(e) ?? 'unknown'],
    },
    { key: 'function', kind: 'text', meaning: 'function or registration', read: executionName },
    {
      key: 'registration',
      kind: 'text',
      ids: true,
      meaning: 'id of the registration that started it, or part of it',
      read: ({ origin }) => (origin.kind === 'registration' ? origin.registrationId : null),
    },
    { key: 'error', kind: 'text', meaning: 'text of its first error', read: (e) => e.firstError },
    {
      key: 'duration',
      kind: 'duration',
      meaning: 'how long it took',
      read: (e, now) => shownDuration(e, now)?.ms ?? null,
    },
    { key: 'seen', kind: 'age', meaning: 'how long ago it was first seen', read: (e, now) => now - e.firstSeen },
    { key: 'at', kind: 'moment', meaning: 'when it was first seen, UTC', read: (e) => e.firstSeen },
    { key: 'results', kind: 'number', meaning: 'number of results', read: (e) => e.results },
    { key: 'errors', kind: 'number', meaning: 'number of errors', read: (e) => e.errors },
    { key: 'id', kind: 'text', ids: true, meaning: 'its id, or part of it', read: (e) => e.id },
    {
      key: 'kept',
      kind: 'word',
      meaning: 'live on the server, or in Gearboard’s history',
      values: ['server', 'gearboard'],
      read: (e) => [e.live ? 'server' : 'gearboard'],
    },
  ],
  text: (e) => [e.id, executionName(e), e.firstError],
})

export interface RegistrationAside {
  readonly hazardKindsOf: (r: Registration) => readonly string[]
  /** Null where it was not polled, or it reads no stream. */
  readonly waitingIn: (r: Registration) => number | null
}

const STREAM_STATUSES = ['ok', 'waiting_for_retry_on_failure', 'aborted', 'paused'] as const

/** `hazardKindsOf` and `waitingIn` tell what is known beside the registration itself. */
export const registrationVocabulary = ({ hazardKindsOf, waitingIn }: RegistrationAside): Vocabulary<Registration> => ({
  fields: [
    { key: 'health', kind: 'word', meaning: 'health', values: REGISTRATION_HEALTHS, read: (r) => [r.health] },
    {
      key: 'reader',
      kind: 'word',
      meaning: 'reader',
      values: ['keys', 'stream', 'command'],
      read: (r) => [readerWord(r.reader)],
    },
    {
      key: 'mode',
      kind: 'word',
      meaning: 'execution mode',
      values: ['sync', 'async', 'async_local'],
      read: (r) => [r.mode],
    },
    {
      key: 'status',
      kind: 'word',
      meaning: 'raw status of a stream registration',
      values: STREAM_STATUSES,
      read: (r) => (r.status === null ? [] : [r.status]),
    },
    {
      key: 'problem',
      kind: 'word',
      meaning: 'problems over time',
      values: REGISTRATION_FINDINGS,
      read: (r, now) => registrationFindings(r, now).map(({ kind }) => kind),
    },
    {
      key: 'hazard',
      kind: 'word',
      meaning: 'risks',
      values: HAZARDS,
      read: (r) => hazardKindsOf(r),
    },
    { key: 'waiting', kind: 'number', meaning: 'entries waiting in its streams', read: (r) => waitingIn(r) },
    { key: 'name', kind: 'text', meaning: 'its description, or what it fires on', read: (r) => r.name },
    {
      key: 'session',
      kind: 'text',
      meaning: 'the session that registered it',
      read: (r) => r.privateData?.session ?? null,
    },
    { key: 'error', kind: 'text', meaning: 'text of its last error', read: (r) => r.lastError },
    { key: 'triggered', kind: 'number', meaning: 'times triggered', read: (r) => r.counters.triggered },
    { key: 'failures', kind: 'number', meaning: 'failed runs', read: (r) => r.counters.failures },
    { key: 'lag', kind: 'duration', meaning: 'how far a stream is behind', read: (r) => r.lagMs },
    { key: 'id', kind: 'text', ids: true, meaning: 'its id, or part of it', read: (r) => r.id },
  ],
  text: (r) => [r.id, r.name, r.lastError],
})
