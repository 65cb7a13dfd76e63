import { steadyMs } from '../../../clock'
import type { ClientSession } from '../../clients/client-session'
import { CommandError } from '../../command-error'
import type { CommandContext } from '../../context'
import { type CommandReply, Failure, OK, Verbatim } from '../../core'
import { arg, integer, name, syntaxError, word } from '../arguments'
import type { CommandHandlers } from '../spec'
import { checkName } from './connection'

const TYPES = ['normal', 'master', 'replica', 'slave', 'pubsub']

function flags(session: ClientSession): string {
  const letters = [
    session.subscribed && 'P',
    session.transaction && 'x',
    session.blocked && 'b',
    session.dirty && 'd',
    session.monitor && 'O',
    session.noEvict && 'e',
  ].filter((letter) => typeof letter === 'string')
  return letters.length > 0 ? letters.join('') : 'N'
}

function describe(session: ClientSession): string {
  const now = steadyMs()
  const seconds = (since: number): number => Math.floor((now - since) / 1000)
  return [
    `id=${session.id}`,
    `addr=${session.address}`,
    `laddr=${session.local}`,
    'fd=8',
    `name=${session.name}`,
    `age=${seconds(session.createdAt)}`,
    `idle=${seconds(session.activeAt)}`,
    `flags=${flags(session)}`,
    `db=${session.db}`,
    `sub=${session.channels.size}`,
    `psub=${session.patterns.size}`,
    `ssub=${session.shardChannels.size}`,
    `multi=${session.transaction?.queue.length ?? -1}`,
    'qbuf=0 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=0 oll=0',
    `omem=${session.unread}`,
    'tot-mem=0 events=r',
    `cmd=${session.lastCommand}`,
    `user=${session.user.name}`,
    'redir=-1',
    `resp=${session.protocol}`,
  ].join(' ')
}

function clientType(text: Buffer | undefined): (session: ClientSession) => boolean {
  const type = word(text)
  if (!TYPES.includes(type)) throw new CommandError(`ERR Unknown client type '${name(text)}'`)
  if (type === 'pubsub') return (session) => session.subscribed
  return type === 'normal' ? (session) => !session.subscribed : () => false
}

function list({ shard }: CommandContext, argv: readonly Buffer[]): CommandReply {
  let wanted: (session: ClientSession) => boolean = () => true
  if (argv.length === 4 && word(argv[2]) === 'type') wanted = clientType(argv[3])
  else if (argv.length > 3 && word(argv[2]) === 'id') {
    const ids = new Set(argv.slice(3).map((id) => integer(id, 'ERR Invalid client ID')))
    wanted = (session) => ids.has(session.id)
  } else if (argv.length !== 2) syntaxError()
  return new Verbatim(
    [...shard.clients.sessions.values()]
      .filter(wanted)
      .map((session) => `${describe(session)}\n`)
      .join(''),
  )
}

function kill(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const { shard, session } = context
  const others = [...shard.clients.sessions.values()]
  if (argv.length === 3) {
    const victim = others.find(({ address }) => address === name(argv[2]))
    if (!victim) throw new CommandError('ERR No such client')
    end(context, victim)
    return OK
  }
  const filters: ((each: ClientSession) => boolean)[] = []
  let skipMe = true
  for (let i = 2; i < argv.length; i += 2) {
    const value = argv[i + 1]
    if (!value) syntaxError()
    const filter = word(argv[i])
    if (filter === 'id') {
      const id = integer(value, 'ERR client-id should be greater than 0')
      if (id <= 0) throw new CommandError('ERR client-id should be greater than 0')
      filters.push((each) => each.id === id)
    } else if (filter === 'type') filters.push(clientType(value))
    else if (filter === 'addr') filters.push((each) => each.address === name(value))
    else if (filter === 'laddr') filters.push((each) => each.local === name(value))
    else if (filter === 'user') {
      if (!shard.users.has(name(value))) throw new CommandError(`ERR No such user '${name(value)}'`)
      filters.push((each) => each.user.name === name(value))
    } else if (filter === 'skipme') {
      const answer = word(value)
      if (answer !== 'yes' && answer !== 'no') syntaxError()
      skipMe = answer === 'yes'
    } else syntaxError()
  }
  const victims = others.filter((each) => filters.every((filter) => filter(each)) && !(skipMe && each === session))
  for (const victim of victims) end(context, victim)
  return victims.length
}

function end({ shard, session }: CommandContext, victim: ClientSession): void {
  if (victim === session) shard.later(() => shard.clients.disconnect(victim, true))
  else shard.clients.disconnect(victim, true)
}

function unblock({ shard }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const how = argv.length > 3 ? word(argv[3]) : 'timeout'
  if (how !== 'timeout' && how !== 'error')
    throw new CommandError('ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR')
  const blocked = shard.clients.sessions.get(integer(argv[2]))?.blocked
  if (!blocked?.unblockable) return 0
  if (how === 'timeout') blocked.timeout()
  else blocked.end(new Failure('UNBLOCKED client unblocked via CLIENT UNBLOCK'))
  return 1
}

function reply({ session }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const mode = word(argv[2])
  if (mode === 'on') session.replies = 'on'
  else if (mode === 'off') session.replies = 'off'
  else if (mode === 'skip') session.skip = 'next'
  else syntaxError()
  return OK
}

function onOff(set: (session: ClientSession, on: boolean) => void) {
  return ({ session }: CommandContext, argv: readonly Buffer[]): CommandReply => {
    const given = word(argv[2])
    if (given !== 'on' && given !== 'off') syntaxError()
    set(session, given === 'on')
    return OK
  }
}

/** Checks what a client says of its library; no reply of Redis 7.0 shows it. */
function setInfo(_: CommandContext, argv: readonly Buffer[]): CommandReply {
  const value = name(argv[3])
  if (/[^!-~]/.test(value))
    throw new CommandError(`ERR ${name(argv[2])} cannot contain spaces, newlines or special characters.`)
  const attribute = word(argv[2])
  if (attribute !== 'lib-name' && attribute !== 'lib-ver')
    throw new CommandError(`ERR Unrecognized option '${name(argv[2])}'`)
  return OK
}

function pause({ shard }: CommandContext, argv: readonly Buffer[]): CommandReply {
  const mode = argv.length > 3 ? word(argv[3]) : 'all'
  if (mode !== 'all' && mode !== 'write') throw new CommandError('ERR CLIENT PAUSE mode must be WRITE or ALL')
  const ms = integer(argv[2], 'ERR timeout is not an integer or out of range')
  if (ms < 0) throw new CommandError('ERR timeout is negative')
  shard.clients.pause(ms, mode === 'write')
  return OK
}

export const clients: CommandHandlers = {
  'client|id': ({ session }) => session.id,
  'client|getname': ({ session }) => (session.name === '' ? null : session.name),
  'client|setname'({ session }, argv) {
    session.name = checkName(arg(argv, 2))
    return OK
  },
  'client|setinfo': setInfo,
  'client|list': list,
  'client|info': ({ session }) => new Verbatim(`${describe(session)}\n`),
  'client|kill': kill,
  'client|unblock': unblock,
  'client|reply': reply,
  'client|no-evict': onOff((session, on) => {
    session.noEvict = on
  }),
  'client|no-touch': onOff(() => undefined),
  'client|pause': pause,
  'client|unpause'({ shard }) {
    shard.clients.pause(0, false)
    return OK
  },
  'client|getredir': () => -1,
}
