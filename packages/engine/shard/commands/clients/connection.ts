import { CommandError } from '../../command-error'
import type { CommandContext } from '../../context'
import { type CommandReply, Failure, OK, ReplyMap, Simple } from '../../core'
import { DATABASES } from '../../keys/keyspace'
import { arg, integer, name, word } from '../arguments'
import { moduleVersion, REDIS_VERSION } from '../identity'
import type { CommandHandlers } from '../spec'

const WRONG_PASSWORD = 'WRONGPASS invalid username-password pair or user is disabled.'
const NAME_REFUSED = 'ERR Client names cannot contain spaces, newlines or special characters.'

function authenticate({ shard, session }: CommandContext, user: string, password: Buffer): void {
  const found = shard.users.get(user)
  if (!found?.accepts(password)) throw new CommandError(WRONG_PASSWORD)
  shard.clients.admit(session, found)
}

function auth(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  if (argv.length > 3) throw new CommandError('ERR syntax error')
  if (argv.length === 2) {
    if (context.shard.users.get('default')?.noPass)
      throw new CommandError(
        'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
      )
    authenticate(context, 'default', arg(argv, 1))
  } else authenticate(context, name(argv[1]), arg(argv, 2))
  return OK
}

/** A client's name: printable ASCII without spaces, because CLIENT LIST has one line per client. */
export function checkName(text: Buffer): string {
  const given = name(text)
  if (/[^!-~]/.test(given)) throw new CommandError(NAME_REFUSED)
  return given
}

function hello(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const { session, shard } = context
  let protocol = session.protocol
  if (argv.length > 1) {
    const asked = integer(argv[1], 'ERR Protocol version is not an integer or out of range')
    if (asked !== 2 && asked !== 3) return new Failure('NOPROTO unsupported protocol version')
    protocol = asked
  }
  let clientName: string | undefined
  let login: (() => void) | undefined
  for (let i = 2; i < argv.length; i++) {
    const option = word(argv[i])
    const more = argv.length - 1 - i
    if (option === 'auth' && more >= 2) {
      const user = name(argv[i + 1])
      const password = arg(argv, i + 2)
      login = () => authenticate(context, user, password)
      i += 2
    } else if (option === 'setname' && more >= 1) {
      clientName = checkName(arg(argv, i + 1))
      i += 1
    } else throw new CommandError(`ERR Syntax error in HELLO option '${name(argv[i])}'`)
  }
  login?.()
  if (!session.authenticated)
    return new Failure(
      'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time',
    )
  if (clientName !== undefined) session.name = clientName
  session.protocol = protocol
  return new ReplyMap([
    ['server', 'redis'],
    ['version', REDIS_VERSION],
    ['proto', protocol],
    ['id', session.id],
    ['mode', shard.clusterEnabled ? 'cluster' : 'standalone'],
    ['role', 'master'],
    [
      'modules',
      [
        new ReplyMap([
          ['name', 'rg'],
          ['ver', moduleVersion(shard)],
          ['path', 'redisgears.so'],
          ['args', shard.data.moduleArgs],
        ]),
      ],
    ],
  ])
}

function select(context: CommandContext, argv: readonly Buffer[]): CommandReply {
  const index = integer(argv[1])
  if (context.shard.clusterEnabled && index !== 0) throw new CommandError('ERR SELECT is not allowed in cluster mode')
  if (index < 0 || index >= DATABASES) throw new CommandError('ERR DB index is out of range')
  context.db = index
  if (context.session.connected) context.session.db = index
  return OK
}

function ping({ session }: CommandContext, argv: readonly Buffer[]): CommandReply {
  if (argv.length > 2) throw new CommandError("ERR wrong number of arguments for 'ping' command")
  if (session.subscribed && session.protocol === 2) return ['pong', argv[1] ?? '']
  return argv[1] ?? new Simple('PONG')
}

function reset(context: CommandContext): CommandReply {
  const { session, shard } = context
  session.transaction = undefined
  shard.watches.drop(session)
  shard.pubsub.forget(session)
  shard.monitors.drop(session)
  session.protocol = 2
  session.db = 0
  session.name = ''
  session.replies = 'on'
  session.skip = 'none'
  const user = shard.users.get('default')
  if (user) {
    session.user = user
    session.authenticated = user.noPass && user.enabled
  }
  return new Simple('RESET')
}

export const connection: CommandHandlers = {
  ping,
  echo: (_, argv) => arg(argv, 1),
  auth,
  hello,
  select,
  reset,
  quit({ shard, session }) {
    shard.later(() => shard.clients.disconnect(session, true))
    return OK
  },
}
