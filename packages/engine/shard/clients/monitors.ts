import { wallMs } from '../../clock'
import { type CommandReply, type CommandSpec, Simple } from '../core'
import type { Running } from '../running'
import type { ClientSession } from './client-session'

/** MONITOR: these connections receive each command before it runs. */
export class Monitors {
  readonly sessions = new Set<ClientSession>()

  constructor(private readonly push: (session: ClientSession, reply: CommandReply) => void) {}

  addSession(session: ClientSession): void {
    session.monitor = true
    this.sessions.add(session)
  }

  drop(session: ClientSession): void {
    session.monitor = false
    this.sessions.delete(session)
  }

  reportCommand({ origin, session, db }: Running, spec: CommandSpec, argv: readonly Buffer[]): void {
    if (spec.flags.includes('admin') || spec.name === 'auth' || spec.name === 'hello') return
    const seconds = (wallMs() / 1000).toFixed(6)
    const from = origin === 'lua' ? 'lua' : session.address
    const line = new Simple(`${seconds} [${db} ${from}] ${argv.map(quoted).join(' ')}`)
    for (const each of this.sessions) this.push(each, line)
  }
}

const escapeByte = (char: string): string => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`

const quoted = (arg: Buffer): string =>
  `"${arg
    .toString('latin1')
    .replace(/["\\]/g, '\\$&')
    .replace(/[^ -~]/g, escapeByte)}"`
