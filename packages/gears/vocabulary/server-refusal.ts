import { type ConnectionPlace, PLACE_WORDS } from './connection-place'
import { redisCli } from './redis-cli'

/**
 * The ways in which a server answers but refuses service: an error reply is no silence. A closed list; `other` is an
 * error reply that is none of those before it.
 */
export const SERVER_REFUSALS = [
  'wrong_password',
  'password_needed',
  'permission',
  'loading',
  'busy',
  'master_down',
  'no_slots',
  'cluster_down',
  'too_many_clients',
  'protected_mode',
  'enterprise',
  'http',
  'tls_expected',
  'plain_expected',
  'unknown_authority',
  'self_signed',
  'certificate_expired',
  'certificate_early',
  'certificate_name',
  'certificate',
  'client_certificate',
  'client_certificate_refused',
  'tls_version',
  'tls_handshake',
  'not_redis',
  'hung_up',
  'another_server',
  'unknown_master',
  'sentinel_password',
  'sentinel_wrong_password',
  'sentinel_permission',
  'no_sentinel',
  'is_sentinel',
  'unreadable',
  'other',
] as const

export type ServerRefusal = (typeof SERVER_REFUSALS)[number]

/** Error replies as Redis 2.8 to 7.4 and Redis Enterprise word them, without the leading dash. */
const REPLIES: readonly (readonly [RegExp, ServerRefusal])[] = [
  [/^WRONGPASS\b|^ERR invalid password|^ERR invalid username-password/i, 'wrong_password'],
  [/^NOAUTH\b|^ERR operation not permitted/i, 'password_needed'],
  [/^NOPERM\b/i, 'permission'],
  [/^LOADING\b/i, 'loading'],
  [/^BUSY\b|^UNKILLABLE\b/i, 'busy'],
  [/^MASTERDOWN\b/i, 'master_down'],
  [/^CLUSTERDOWN\b/i, 'cluster_down'],
  [/^ERR max number of clients/i, 'too_many_clients'],
  [/^DENIED\b/i, 'protected_mode'],
  [/^ERRCLUSTER\b/i, 'enterprise'],
]

/** What an error reply says of the server as a whole; undefined where it only refuses this one command. */
export const refusalOfReply = (words: string): ServerRefusal | undefined =>
  REPLIES.find(([pattern]) => pattern.test(words))?.[1]

/**
 * Why a server that answered refuses service, from any error; undefined where no server answered, or only the module is
 * missing.
 */
export function refusalOf({
  code,
  refusal,
}: {
  readonly code: string
  readonly refusal?: ServerRefusal
}): ServerRefusal | undefined {
  if (refusal) return refusal
  if (code === 'rejected') return 'other'
  return code === 'bad_reply' ? 'unreadable' : undefined
}

export interface Help {
  readonly text: string
  /** To be copied. */
  readonly command?: string
}

/** `ACL SETUSER …`, the first for every version; where the version is unknown, a second one with what only 1.2 has. */
export type AclLines = readonly [string, ...string[]]

/** What advice can name. */
export interface RefusalFacts {
  /** `host:port` of who refused. */
  readonly address: string
  /** Where the connection is declared, and changed. */
  readonly place: ConnectionPlace
  /** The ACL lines that grant what Gearboard needs, where they are known. */
  readonly acl?: AclLines | undefined
  /** Gearboard connects by TLS. */
  readonly tls?: boolean | undefined
}

interface Advice {
  /** Continues the address as a sentence: `10.0.0.1:6379 asks for a password`. */
  readonly answer: string
  /** The likeliest first. */
  readonly help: (facts: RefusalFacts) => readonly Help[]
}

/** As an administrator would send it: Gearboard's own user may not. */
const cli = ({ address, tls = false }: RefusalFacts, command: string): string =>
  redisCli(address, { tls, user: null }, command.split(' '))

const urlOf = ({ place }: RefusalFacts): string => PLACE_WORDS[place].url

const authority = ({ place }: RefusalFacts): Help => ({
  text: `Set ${PLACE_WORDS[place].field('tls.ca')} to the certificate of its authority (PEM), or NODE_EXTRA_CA_CERTS to its file and restart Gearboard.`,
})

const clientCertificate = ({ place }: RefusalFacts): Help => ({
  text: `Set ${PLACE_WORDS[place].field('tls.cert')} to a client certificate that the server accepts (PEM), and the client key beside it.`,
})

const NO_CLIENT_CERTIFICATES = (facts: RefusalFacts): Help => ({
  text: 'Or allow clients without a certificate on the server:',
  command: cli(facts, 'CONFIG SET tls-auth-clients no'),
})

const PERCENT_ENCODED: Help = {
  text: 'Reserved characters in a URL are percent-encoded: @ is %40, : is %3A, / is %2F, # is %23, % is %25.',
}

const RENEWED: Help = {
  text: 'Give the server a new certificate: CONFIG SET tls-cert-file with the path of its file loads it without a restart.',
}

const ADVICE: Readonly<Record<ServerRefusal, Advice>> = {
  wrong_password: {
    answer: 'refuses the user name or the password',
    help: (facts) => [
      { text: PLACE_WORDS[facts.place].checkPassword },
      ...(facts.place === 'settings' ? [] : [PERCENT_ENCODED]),
      { text: 'Does the user exist, and is it enabled? Ask as an administrator:', command: cli(facts, 'ACL LIST') },
    ],
  },
  password_needed: {
    answer: 'asks for a password',
    help: ({ place }) => [
      { text: PLACE_WORDS[place].addPassword },
      { text: 'In a cluster every node needs the same user and password.' },
    ],
  },
  permission: {
    answer: 'does not allow this user the commands that Gearboard needs',
    help: (facts) => {
      const [acl, modern] = facts.acl ?? []
      return [
        {
          text: 'Grant the commands, as an administrator, on every node:',
          ...(acl !== undefined && { command: cli(facts, acl) }),
        },
        ...(modern === undefined
          ? []
          : [
              {
                text: 'On RedisGears 1.2, also these. The server rejects the whole line if its version lacks one of them; leave that one out.',
                command: cli(facts, modern),
              },
            ]),
        {
          text: 'RG commands belong to no ACL category up to Redis 7.2: +@read does not include them. ACL SAVE keeps it.',
        },
      ]
    },
  },
  loading: {
    answer: 'is loading its data',
    help: (facts) => [
      {
        text: 'Wait until its data set is in memory. To see its progress:',
        command: cli(facts, 'INFO persistence'),
      },
    ],
  },
  busy: {
    answer: 'is busy running a script',
    help: (facts) => [
      {
        text: 'Wait until the script ends, or kill it. A script that has written can only be ended by SHUTDOWN NOSAVE:',
        command: cli(facts, 'SCRIPT KILL'),
      },
      { text: 'For a Redis 7 function, use FUNCTION KILL.' },
    ],
  },
  master_down: {
    answer: 'is a replica that has lost its master',
    help: (facts) => [
      {
        text: 'Connect Gearboard to the master. To see its address and link:',
        command: cli(facts, 'INFO replication'),
      },
    ],
  },
  no_slots: {
    answer: 'is a cluster node without hash slots',
    help: (facts) => [
      {
        text: 'Assign the slots. To give all of them to one node:',
        command: cli(facts, 'CLUSTER ADDSLOTSRANGE 0 16383'),
      },
      { text: 'For several nodes, use redis-cli --cluster create, or --cluster fix if some were lost.' },
      {
        text: `Does this node belong to the intended cluster? Several can be named in ${urlOf(facts)}: redis://a:6379,b:6379.`,
      },
    ],
  },
  cluster_down: {
    answer: 'reports that its cluster is down',
    help: (facts) => [
      {
        text: 'A master without a replica is down, or slots are not covered. To check on any node:',
        command: cli(facts, 'CLUSTER NODES'),
      },
      { text: 'During a failover this lasts seconds; otherwise redis-cli --cluster check shows what is missing.' },
    ],
  },
  too_many_clients: {
    answer: 'accepts no more connections',
    help: (facts) => [
      { text: 'To see who is connected:', command: cli(facts, 'CLIENT LIST') },
      { text: 'Raise the limit, or close what is not needed:', command: cli(facts, 'CONFIG SET maxclients 20000') },
    ],
  },
  protected_mode: {
    answer: 'is in protected mode and serves only its own machine',
    help: ({ place }) => [
      { text: `Set a password or an ACL user on it. ${PLACE_WORDS[place].addPassword}` },
      { text: 'Or run Gearboard on the same machine, with redis://127.0.0.1:port.' },
    ],
  },
  enterprise: {
    answer: 'has not sent RedisGears its topology yet',
    help: () => [
      {
        text: 'Only Redis Enterprise reports this. Wait for its proxy, or restart the shard from the Enterprise console.',
      },
    ],
  },
  http: {
    answer: 'speaks HTTP, not Redis’ protocol',
    help: (facts) => [
      {
        text: `Check the port in ${urlOf(facts)}: Redis usually listens on 6379, a web server on 80, 443 or 8080.`,
      },
    ],
  },
  tls_expected: {
    answer: 'speaks TLS',
    help: (facts) => [{ text: `Write rediss:// instead of redis:// in ${urlOf(facts)}, or use the port without TLS.` }],
  },
  plain_expected: {
    answer: 'does not speak TLS on this port',
    help: (facts) => [
      { text: `Write redis:// instead of rediss:// in ${urlOf(facts)}, or use the port with TLS (tls-port).` },
      {
        text: `A sentinel without TLS whose password is set: switch off ${PLACE_WORDS[facts.place].field('sentinel.tls')}.`,
      },
    ],
  },
  unknown_authority: {
    answer: 'has a TLS certificate from an unknown authority',
    help: (facts) => [
      authority(facts),
      {
        text: 'If an intermediate authority signed it, the server must send the whole chain in tls-cert-file.',
      },
    ],
  },
  self_signed: {
    answer: 'has a self-signed TLS certificate',
    help: (facts) => [authority(facts)],
  },
  certificate_expired: {
    answer: 'has a TLS certificate that has expired',
    help: () => [RENEWED, { text: 'Is the clock right on the machine that runs Gearboard?' }],
  },
  certificate_early: {
    answer: 'has a TLS certificate that is not valid yet',
    help: () => [
      { text: 'Is the clock right on the machine that runs Gearboard, and where the certificate was made?' },
      RENEWED,
    ],
  },
  certificate_name: {
    answer: 'has a TLS certificate for another name',
    help: (facts) => [
      { text: `Use the name or address of the certificate in ${urlOf(facts)}.` },
      { text: 'Or issue one that names this host: subjectAltName = DNS:name for a name, IP:address for an address.' },
      {
        text: 'Gearboard reaches cluster nodes by the addresses that they announce: cluster-announce-hostname with cluster-preferred-endpoint-type hostname, on Redis 7 and later.',
      },
      { text: `Or set ${PLACE_WORDS[facts.place].field('tls.servername')} to the name in the certificate.` },
    ],
  },
  certificate: {
    answer: 'has a TLS certificate that Gearboard does not accept',
    help: (facts) => [RENEWED, authority(facts)],
  },
  client_certificate: {
    answer: 'requires a client certificate',
    help: (facts) => [clientCertificate(facts), NO_CLIENT_CERTIFICATES(facts)],
  },
  client_certificate_refused: {
    answer: 'does not accept the TLS certificate of this client',
    help: (facts) => [
      { text: 'The server’s tls-ca-cert-file or tls-ca-cert-dir must contain the authority that signed it.' },
      { text: 'Has the client certificate of the connection expired, or been revoked?' },
      NO_CLIENT_CERTIFICATES(facts),
    ],
  },
  tls_version: {
    answer: 'supports no TLS version that Gearboard supports',
    help: (facts) => [
      {
        text: 'Gearboard supports TLS 1.2 and 1.3. Allow one of them:',
        command: cli(facts, 'CONFIG SET tls-protocols TLSv1.2'),
      },
    ],
  },
  tls_handshake: {
    answer: 'ends the TLS handshake',
    help: (facts) => [
      { text: `It may require a client certificate. ${clientCertificate(facts).text}` },
      NO_CLIENT_CERTIFICATES(facts),
      {
        text: 'Gearboard supports TLS 1.2 and 1.3: tls-protocols must include one of them, and tls-ciphers a current cipher.',
      },
    ],
  },
  not_redis: {
    answer: 'does not speak the Redis protocol',
    help: (facts) => [{ text: `Check host and port in ${urlOf(facts)}: another service listens there.` }],
  },
  hung_up: {
    answer: 'accepts the connection and closes it immediately',
    help: (facts) => [
      { text: `If it uses TLS, write rediss:// in ${urlOf(facts)}.` },
      { text: 'Is it a proxy or container port without a running Redis behind it?' },
    ],
  },
  another_server: {
    answer: 'leads to a different server',
    help: (facts) => [
      {
        text: `A proxy sends each connection to another server. Set ${urlOf(facts)} to the servers’ own addresses.`,
      },
    ],
  },
  unknown_master: {
    answer: 'is a sentinel that knows no master with this name',
    help: (facts) => [
      {
        text: `Check the name at the end of ${urlOf(facts)}, which is case-sensitive: redis+sentinel://host:26379/mymaster.`,
      },
      { text: 'To list the names that this sentinel knows:', command: cli(facts, 'SENTINEL MASTERS') },
    ],
  },
  sentinel_password: {
    answer: 'is a sentinel with its own password',
    help: (facts) => [
      {
        text: `Set ${PLACE_WORDS[facts.place].field('sentinel.password')}, and the user there if it has one. User and password of the connection itself are the master’s and are not sent to sentinels.`,
      },
      {
        text: 'Or allow the sentinel’s default user to look up the master without a password:',
        command: cli(
          facts,
          'ACL SETUSER default on nopass nocommands +auth +hello +ping +client|setname +sentinel|get-master-addr-by-name +sentinel|masters',
        ),
      },
      {
        text: `Or set ${urlOf(facts)} to the master itself: redis://host:6379. Gearboard will not follow a failover then.`,
      },
    ],
  },
  sentinel_wrong_password: {
    answer: 'is a sentinel that refuses the user name or the password',
    help: (facts) => [
      {
        text: `Check ${PLACE_WORDS[facts.place].field('sentinel.password')}, and the user there. A sentinel has users of its own.`,
      },
      { text: 'Does the user exist, and is it enabled? Ask as an administrator:', command: cli(facts, 'ACL LIST') },
    ],
  },
  sentinel_permission: {
    answer: 'is a sentinel that does not allow looking up the master',
    help: (facts) => [
      {
        text: 'Grant it to the user that Gearboard has there, which is default where the connection names none for its sentinels:',
        command: cli(facts, 'ACL SETUSER default +sentinel|get-master-addr-by-name +sentinel|masters'),
      },
    ],
  },
  no_sentinel: {
    answer: 'is a Redis server, not a sentinel',
    help: (facts) => [
      { text: 'Sentinels usually listen on 26379: redis+sentinel://host:26379/mymaster.' },
      { text: `To connect to this server itself, without Sentinel, write redis://host:port in ${urlOf(facts)}.` },
    ],
  },
  is_sentinel: {
    answer: 'is a sentinel: it knows the server’s address and holds no data',
    help: (facts) => [
      {
        text: `Write redis+sentinel:// and the name of the master in ${urlOf(facts)}: redis+sentinel://host:26379/mymaster.`,
      },
      { text: 'To list the names that it knows:', command: cli(facts, 'SENTINEL MASTERS') },
    ],
  },
  unreadable: {
    answer: 'answers in a way that Gearboard cannot read',
    help: () => [
      {
        text: 'Is it a proxy, or a RedisGears version other than 1.0 and 1.2? Please report it as an issue.',
      },
    ],
  },
  other: {
    answer: 'refuses',
    help: (facts) => [
      { text: 'Try the same command on Gearboard’s machine:', command: cli(facts, 'RG.DUMPEXECUTIONS') },
    ],
  },
}

/** `refuses the user name or the password`: continues who refused. */
export const refusalInWords = (refusal: ServerRefusal): string => ADVICE[refusal].answer

export const refusalHelp = (refusal: ServerRefusal, facts: RefusalFacts): readonly Help[] => ADVICE[refusal].help(facts)
