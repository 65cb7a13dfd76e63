import type { Proof, ProofKind } from './proof'

/**
 * `crash`: redis-server ends. `hang`: it no longer answers any client. `blocks-server`: for as long as the command
 * takes. `blocks-client`: the connection that sent it waits. `grows`: the cost grows with the amount of data.
 */
export type Harm = 'crash' | 'hang' | 'blocks-server' | 'blocks-client' | 'grows'

export interface Danger {
  readonly harm: Harm
  /** On which state or version. */
  readonly when: string
  /** What is between us and the server. */
  readonly protects: string
}

export interface Guard {
  /** Empty: none is known. */
  readonly dangers: readonly Danger[]
  /**
   * `gearboard`: polling sends it unasked. `person`: only on a user's request for exactly this, or because a user
   * configured it (the watchdog aborts, a profiled run sets ProfileExecutions). `nobody`: never.
   */
  readonly sender: 'gearboard' | 'person' | 'nobody'
  /** What must be known before it is sent; the command carries it among its arguments. */
  readonly proof?: ProofKind
  /** Why these words behind its name are not sent; undefined where they are. */
  readonly refuses?: (words: readonly string[]) => string | undefined
}

/** What is about to be sent: the arguments after the name, whether it was sent unasked, and what is proven. */
export interface SendRequest {
  readonly words: readonly string[]
  readonly looking: boolean
  readonly proof: Proof<ProofKind> | undefined
}

/** Why a command under this guard does not leave; undefined where it does. */
export function refusalBy(guard: Guard, { words, looking, proof }: SendRequest): string | undefined {
  if (guard.sender === 'nobody') return guard.dangers.map(({ harm, when }) => `${harm}: ${when}`).join('; ')
  if (guard.sender === 'person' && looking) return 'only a person may ask for it'
  if (guard.proof !== undefined && (proof?.kind !== guard.proof || !proof.covers(words))) return UNPROVEN[guard.proof]
  return guard.refuses?.(words)
}

const UNPROVEN: Readonly<Record<ProofKind, string>> = {
  results: 'nothing proves that these results can be read without harm; name the override to read them anyway',
  refresh: 'nothing proves that the server survives it',
}
