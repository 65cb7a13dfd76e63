import { wallMs } from '@gearboard/gears/vocabulary/clock'
import type { ErrorCode } from '@gearboard/gears/vocabulary/errors'
import { contract } from '@/lib/api/contract'
import type { AnyEndpoint } from '@/lib/api/endpoint'
import type { AuditEntry } from '@/lib/model/record/audit'
import { knownError } from '../errors'
import type { Runtime } from '../runtime'
import { clientAddressOf } from './gate'
import type { StrangerAttempts } from './stranger-attempts'

/** What a handler knows of a write that its address does not tell. */
export type AuditNote = Partial<Pick<AuditEntry, 'who' | 'target' | 'before' | 'after' | 'outcome' | 'error' | 'links'>>

const NAMES = new Map<AnyEndpoint, string>(Object.entries(contract).map(([name, endpoint]) => [endpoint, name]))

/** How an accepted attempt ended, by its error. `refused`: Gearboard itself refused it, and the server was not asked. */
const OUTCOME_OF: Readonly<Record<ErrorCode, AuditEntry['outcome']>> = {
  invalid_request: 'refused',
  changed: 'refused',
  unauthenticated: 'refused',
  too_many_attempts: 'refused',
  too_many_requests: 'refused',
  forbidden: 'refused',
  read_only: 'refused',
  unconfirmed: 'refused',
  busy: 'refused',
  partial: 'partial',
  unreachable: 'failed',
  timeout: 'failed',
  module_missing: 'failed',
  rejected: 'failed',
  bad_reply: 'failed',
  not_found: 'failed',
  no_history: 'failed',
  internal: 'failed',
}

/** What an attempt needs of the runtime. */
interface AuditRuntime {
  readonly signIn: Pick<Runtime['signIn'], 'required'>
  readonly history: Pick<Runtime['history'], 'recordAudit'>
  readonly underWay: Pick<Runtime['underWay'], 'begin'>
  readonly strangers: StrangerAttempts
}

/** One request that would change something, from the door to its outcome: one line of the audit log. */
export class WriteAttempt {
  private readonly params: ReadonlyMap<string, string>
  private runtime: AuditRuntime | undefined
  private name: string | null = null
  private admitted = false
  private note: AuditNote = {}
  private ends: () => void = () => undefined

  constructor(
    private readonly endpoint: AnyEndpoint,
    private readonly request: Request,
    params: Readonly<Record<string, string>>,
  ) {
    this.params = new Map(Object.entries(params))
  }

  /** The user of the request, null when not signed in; later checks may still refuse it. */
  by(runtime: AuditRuntime, name: string | null): void {
    this.runtime = runtime
    this.name = name
  }

  admit(): void {
    this.admitted = true
    const { runtime } = this
    if (!runtime || this.endpoint.method === 'GET') return
    const at = wallMs()
    this.ends = runtime.underWay.begin(() => {
      const { connection, who, ip, action, target } = this.described(runtime)
      return { at, connection, who, ip, action, target }
    })
  }

  tell(note: AuditNote): void {
    this.note = { ...this.note, ...note }
  }

  /** Resolves when it is on the disk: what the client hears is true then, whatever happens next. */
  async end(error?: unknown): Promise<void> {
    try {
      await this.record(error)
    } finally {
      this.ends()
    }
  }

  private async record(error?: unknown): Promise<void> {
    const { runtime, endpoint } = this
    // A GET changes nothing; without a runtime there is nothing to write to.
    if (!runtime || endpoint.method === 'GET' || this.isFlood(runtime, error)) return
    const body =
      error === undefined ? undefined : (knownError(error) ?? { code: 'internal', message: 'internal error' })
    // A message that names its field says the detail already.
    const details =
      body?.details?.map(({ at, message }) => `${at}: ${message}`).filter((words) => words !== body.message) ?? []
    await runtime.history.recordAudit({
      at: wallMs(),
      before: null,
      after: null,
      outcome: this.outcomeOf(body?.code),
      error: body ? [body.message, ...details].join('\n') : null,
      ...this.described(runtime),
      ...this.note,
    })
  }

  private described({ signIn }: AuditRuntime): Pick<AuditEntry, 'connection' | 'who' | 'ip' | 'action' | 'target'> {
    const { endpoint, request, params, note } = this
    return {
      connection: params.get('connection') ?? null,
      who: note.who ?? (signIn.required ? (this.name ?? 'anonymous') : 'anonymous'),
      ip: clientAddressOf(request) || null,
      action: NAMES.get(endpoint) ?? `${endpoint.method} ${endpoint.path}`,
      target: note.target ?? params.get('id') ?? params.get('name') ?? params.get('key') ?? null,
    }
  }

  private outcomeOf(code: ErrorCode | undefined): AuditEntry['outcome'] {
    if (code === undefined) return 'ok'
    return this.admitted ? OUTCOME_OF[code] : 'refused'
  }

  /** Who has signed in by this is no stranger, however many fail beside them. */
  private isFlood({ signIn, strangers }: AuditRuntime, error: unknown): boolean {
    const cameIn = error === undefined && this.note.who !== undefined
    if (!signIn.required || this.name !== null || cameIn) return false
    return !strangers.isRecorded()
  }
}
