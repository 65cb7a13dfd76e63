import { refusalInWords } from '@gearboard/gears/vocabulary/server-refusal'
import { plural } from '@gearboard/gears/vocabulary/text'
import type { ConnectionState, ConnectionStatus } from '@/lib/model/connection/connection'
import { formatDuration } from '@/lib/model/text/format'

/** At most this many lines in this time, ms: an unstable connection must not fill the log. */
const MOST_LINES = 6
const WITHIN_MS = 10 * 60_000

type LoggedState = Pick<ConnectionState, 'name' | 'address' | 'status' | 'error' | 'coverage'>

/** A line of the log. It holds no secret: an error carries none, and neither does an address. */
export interface LogLine {
  readonly level: 'info' | 'warn'
  readonly message: string
  readonly fields: Readonly<Record<string, string | number>>
}

/** One line when a connection is lost, or a shard of it, one when it is back, with how long it was gone. */
export class ConnectionLog {
  /** As last seen: what a line would say, without its times. */
  private seen = ''
  private wasLive = false
  /** On the steady clock, ms: since when it is not whole. */
  private lostAt: number | undefined
  /** Changes that no line has reported. */
  private untold = 0
  /** When lines were written, on the steady clock, ms. */
  private lines: readonly number[] = []

  /** The line that is due, if one is. @param now on the steady clock, ms */
  observe(state: LoggedState, now: number): LogLine | undefined {
    if (state.status === 'connecting' || state.status === 'starting') return undefined
    const kind = kindOf(state)
    if (kind !== this.seen) {
      const before = this.seen
      this.seen = kind
      this.untold++
      if (before === '' || before === 'live') this.lostAt = kind === 'live' ? undefined : now
    }
    if (this.untold === 0) return undefined
    this.lines = this.lines.filter((at) => at > now - WITHIN_MS)
    if (this.lines.length >= MOST_LINES) return undefined
    return this.line(state, now)
  }

  private line(state: LoggedState, now: number): LogLine {
    const { name, address, status, error } = state
    const untold = this.untold - 1
    const goneMs = status === 'live' && this.lostAt !== undefined ? Math.round(now - this.lostAt) : undefined
    const line: LogLine = {
      level: status === 'live' ? 'info' : 'warn',
      message: inWords(state, this.wasLive, goneMs),
      fields: {
        connection: name,
        status,
        ...(error && { server: error.address ?? address, words: error.message }),
        ...(goneMs !== undefined && { goneMs }),
        ...(untold > 0 && { changesNotLogged: untold }),
      },
    }
    this.lines = [...this.lines, now]
    this.untold = 0
    if (status === 'live') {
      this.wasLive = true
      this.lostAt = undefined
    }
    return line
  }
}

/** Where no answer of a server gives the reason. */
const WITHOUT_REFUSAL: { readonly [S in Exclude<ConnectionStatus, 'live' | 'partial'>]: string } = {
  connecting: 'connecting',
  starting: 'the embedded RedisGears is starting',
  unreachable: 'nothing answers',
  refused: 'the server refuses service',
  module_missing: 'the module is not loaded',
}

/** A server that says the same in other words is in no other state. */
function kindOf({ status, error, coverage: { answered, of } }: LoggedState): string {
  if (status === 'live') return 'live'
  if (status === 'partial') return `${answered} of ${of}`
  return [status, error?.refusal ?? error?.code, error?.address].join(' ')
}

function inWords(
  { status, error, coverage: { answered, of } }: LoggedState,
  wasLive: boolean,
  goneMs: number | undefined,
): string {
  if (status === 'live')
    return goneMs === undefined
      ? 'connected'
      : `${wasLive ? 'the connection is back' : 'connected'} after ${formatDuration(goneMs)}`
  if (status === 'partial') return `${answered} of ${plural(of, 'shard')} answer`
  const what = error?.refusal ? `the server ${refusalInWords(error.refusal)}` : WITHOUT_REFUSAL[status]
  return wasLive ? `the connection is lost: ${what}` : what
}
