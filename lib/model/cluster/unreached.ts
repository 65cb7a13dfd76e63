import { PLACE_WORDS } from '@gearboard/gears/vocabulary/connection-place'
import { redisCli } from '@gearboard/gears/vocabulary/redis-cli'
import { plural } from '@gearboard/gears/vocabulary/text'
import { type ConnectionState, type EngineState, hostsOf, usesTls } from '../connection/connection'
import { formatDuration, formatSpan, listInWords } from '../text/format'

/** One thing to check, with lines to be copied. */
interface Check {
  readonly text: string
  readonly commands: readonly string[]
}

/** What is wrong where no server gives an answer, and what helps. */
export interface Unreached {
  readonly title: string
  readonly lead: string
  /** The errors, one per line. */
  readonly words: readonly string[]
  readonly checks: readonly Check[]
}

type Facts = Pick<ConnectionState, 'address' | 'origin' | 'user' | 'error' | 'named' | 'sentinel' | 'engine'>

const check = (text: string, ...commands: readonly string[]): Check => ({ text, commands })

/** A name in the quotation marks of a sentence. */
export const quoted = (name: string): string => `“${name}”`

/** `s1:26379 names it as the master “mymaster”.` Undefined where the connection's URL itself names the server. */
export function namedInWords({ named, sentinel }: Pick<ConnectionState, 'named' | 'sentinel'>): string | undefined {
  if (sentinel?.by) return `The sentinel ${sentinel.by} reports it as the master ${quoted(sentinel.master)}.`
  return named && `${named.by} reports it as a shard of the cluster.`
}

/** One line for a banner. */
export function unreachedTitle({
  address,
  named,
  sentinel,
  engine,
}: Pick<Facts, 'address' | 'named' | 'sentinel' | 'engine'>): string {
  if (engine) return `The embedded RedisGears ${ENGINE_VERBS[engine.state]}`
  if (named && sentinel) return `The master that Sentinel names does not answer`
  if (named) return 'No shard answers at the addresses that the cluster reports'
  return sentinel ? `No sentinel of ${quoted(sentinel.master)} answers` : `Nothing answers at ${address}`
}

/** Who was asked, who answered, and what helps. @param now our clock, ms */
export function unreached(facts: Facts, now: number): Unreached {
  const { named, sentinel } = facts
  const title = unreachedTitle(facts)
  if (facts.engine) return { title, ...engineUnreached(facts, facts.engine, now) }
  if (named && sentinel) return { title, ...masterUnreached(facts, named, sentinel) }
  if (named) return { title, ...shardsUnreached(facts, named) }
  return { title, ...(sentinel ? sentinelsUnreached(facts, sentinel) : serverUnreached(facts)) }
}

const ENGINE_VERBS: Readonly<Record<EngineState['state'], string>> = {
  starting: 'is starting',
  ready: 'does not answer',
  ended: 'ended',
}

/** A start that takes longer is no longer one of a slow machine, ms. */
const LATE_MS = 60_000

const OUTPUT = check('Its messages appear in the terminal of npm start.')

/** Gearboard itself started it: no address to correct, and no firewall between. */
function engineUnreached({ error }: Facts, engine: EngineState, now: number): Omit<Unreached, 'title'> {
  const words = error ? [error.message] : []
  switch (engine.state) {
    case 'starting':
      return {
        lead:
          now - engine.at < LATE_MS
            ? 'This takes a few seconds, longer on the first start. The page opens by itself.'
            : `It has not been ready for ${formatSpan(now - engine.at)}, which is unusual: its process may hang.`,
        words: [],
        checks: [OUTPUT],
      }
    case 'ready':
      return {
        lead: 'Its process is running but gives no answer. After 120 s without one it restarts itself.',
        words,
        checks: [OUTPUT, check('To restart it now, end Gearboard with Ctrl-C and start it again.')],
      }
    case 'ended':
      return {
        lead: `Its process ended with ${engine.reason}. Gearboard starts it again within ${formatDuration(engine.waitMs)}.`,
        words: [],
        checks: [OUTPUT],
      }
  }
}

const TRY = 'Try it from the machine that runs Gearboard:'

const pings = (addresses: readonly string[], { address, user }: Facts): readonly string[] =>
  addresses.map((each) => redisCli(each, { tls: usesTls(address), user }, ['PING']))

const wordsOf = ({ masters, of }: NonNullable<Facts['named']>): readonly string[] => [
  ...masters.map(({ address, message }) => `${address}: ${message}`),
  ...(of > masters.length ? [`and ${plural(of - masters.length, 'other')}`] : []),
]

function shardsUnreached(facts: Facts, named: NonNullable<Facts['named']>): Omit<Unreached, 'title'> {
  const { by, of, masters } = named
  const addresses = masters.map(({ address }) => address)
  const tls = usesTls(facts.address)
  return {
    lead: `${by} answers and lists ${plural(of, 'shard')} of its cluster: ${listInWords(addresses)}. Gearboard gets no answer there.`,
    words: wordsOf(named),
    checks: [
      check(
        'Nodes in containers or behind NAT announce the addresses of their own network. To see what a node announces:',
        redisCli(by, { tls, user: facts.user }, ['CONFIG', 'GET', 'cluster-announce*']),
      ),
      check(
        'Set an address that is reachable from here on each node, with CONFIG SET or in redis.conf: cluster-announce-ip, plus cluster-announce-port or cluster-announce-tls-port and cluster-announce-bus-port if ports are mapped. For a host name, set cluster-announce-hostname and cluster-preferred-endpoint-type hostname (Redis 7 and later).',
      ),
      check('Or set natMap of the connection: each announced address, and the address that reaches it from here.'),
      check(
        'Or run Gearboard where these addresses are reachable: in the same Docker network, or on the host of the nodes.',
      ),
      check(TRY, ...pings(addresses, facts)),
    ],
  }
}

function masterUnreached(
  facts: Facts,
  named: NonNullable<Facts['named']>,
  sentinel: NonNullable<Facts['sentinel']>,
): Omit<Unreached, 'title'> {
  const addresses = named.masters.map(({ address }) => address)
  return {
    lead: `The sentinel ${named.by} answers and reports ${listInWords(addresses)} as the master ${quoted(sentinel.master)}. Gearboard gets no answer there.`,
    words: wordsOf(named),
    checks: [
      check('Is it running? The sentinels report it until they agree that it is down and elect another one.'),
      check(
        'The sentinels know a master in a container or behind NAT by the address of its own network. Set one that is reachable from here: replica-announce-ip and replica-announce-port on each server, and in sentinel monitor. Or map the address in natMap of the connection.',
      ),
      check(
        'To see what the sentinel knows:',
        redisCli(named.by, { tls: usesTls(facts.address), user: null }, ['SENTINEL', 'MASTER', sentinel.master]),
      ),
      check(TRY, ...pings(addresses, facts)),
    ],
  }
}

function sentinelsUnreached(facts: Facts, sentinel: NonNullable<Facts['sentinel']>): Omit<Unreached, 'title'> {
  const hosts = hostsOf(facts.address)
  return {
    lead: `Gearboard asked ${listInWords(hosts)} where the master ${quoted(sentinel.master)} is.`,
    words: facts.error ? [facts.error.message] : [],
    checks: [
      check('Are the sentinels running, and are these their addresses? Sentinels usually listen on 26379.'),
      check('Does a firewall block the connection?'),
      // Gearboard sends no user name to sentinels.
      check(TRY, ...pings(hosts, { ...facts, user: null })),
    ],
  }
}

function serverUnreached(facts: Facts): Omit<Unreached, 'title'> {
  const tls = usesTls(facts.address)
  return {
    lead: 'No answer since Gearboard started.',
    words: facts.error ? [facts.error.message] : [],
    checks: [
      check(`Is the server running, and is the address in ${PLACE_WORDS[facts.origin].url} correct?`),
      check(
        tls
          ? 'Does a firewall block the connection, or does the server not use TLS (redis://)?'
          : 'Does a firewall block the connection, or does the server expect TLS (rediss://)?',
      ),
      check(TRY, ...pings(hostsOf(facts.address), facts)),
    ],
  }
}
