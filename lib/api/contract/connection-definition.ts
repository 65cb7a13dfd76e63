import { z } from 'zod'
import { CONNECTION_COLOURS } from '@/lib/model/connection/connection'

/** Words that stand at the beginning of addresses of Gearboard itself. */
const RESERVED = new Set([
  '_next',
  'about',
  'acl',
  'alerts',
  'api',
  'connections',
  'docs',
  'fleet',
  'health',
  'login',
  'me',
  'metrics',
  'people',
  'session',
  'settings',
  'setup',
  'static',
  'tokens',
])

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/

/** A connection's name, as it appears in URLs, in the history and in grants. */
const connectionName = z
  .string()
  .regex(NAME, 'must be 1 to 40 letters, digits, dots, dashes or underscores, and begin with a letter or digit')
  .refine((name) => !RESERVED.has(name.toLowerCase()), 'is an address of Gearboard itself; choose another name')

const visible = (most: number) =>
  z
    .string()
    .trim()
    .regex(/^[^\p{C}]*$/u, 'must hold visible characters only')
    .min(1, 'must not be empty')
    .max(most, `must have at most ${most} characters`)

const label = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._:=/-]{0,62}$/u, 'must be 1 to 63 letters, digits or . _ : = / -')

const secret = z.string().min(1, 'must not be empty').max(1024, 'must have at most 1024 characters')
const pem = z
  .string()
  .max(65_536, 'must have at most 65,536 characters')
  .refine((text) => text.includes('-----BEGIN '), 'must be a certificate or key in PEM form: it begins with -----BEGIN')
const hostPort = z
  .string()
  .regex(/^(\[[\da-fA-F:.]+\]|[^\s:[\]]{1,253}):\d{1,5}$/, 'must be host:port, an IPv6 address in brackets')

/** What is said of a RedisGears that Gearboard watches, wherever it is said. The server checks further whether it leads anywhere. */
export const connectionDefinition = z.strictObject({
  name: connectionName,
  /** What its users call it; the name, where it has none. */
  label: visible(40).optional(),
  /** As GEARBOARD_URL: where it is, and by which protocol. */
  url: z.string().min(1, 'must not be empty').max(8192, 'must have at most 8,192 characters'),
  username: visible(128).optional(),
  password: secret.optional(),
  tls: z
    .strictObject({
      ca: pem.optional(),
      cert: pem.optional(),
      key: pem.optional(),
      /** The name that the server's certificate must hold, where it is not the host of the address. */
      servername: visible(253).optional(),
      /** False: any certificate does. */
      verify: z.boolean().optional(),
    })
    .optional(),
  /** How the sentinels themselves are signed in to. */
  sentinel: z
    .strictObject({
      username: visible(128).optional(),
      password: secret.optional(),
      /** They speak no TLS though the servers do: with it, their password may be sent unencrypted. */
      tls: z.literal(false, 'must be false, or left out: then sentinels are reached as the servers are').optional(),
    })
    .optional(),
  cluster: z.enum(['auto', 'yes', 'no'], 'must be auto, yes or no').default('auto'),
  /** Where nodes are reached, by the addresses that they announce and that cannot be reached from here. */
  natMap: z
    .record(hostPort, hostPort)
    .refine((map) => Object.keys(map).length <= 200, 'must have at most 200 entries')
    .optional(),
  readOnly: z.boolean().default(false),
  production: z.boolean().default(false),
  colour: z.enum(CONNECTION_COLOURS, `must be one of ${CONNECTION_COLOURS.join(', ')}`).optional(),
  labels: z.array(label).max(16, 'must have at most 16 entries').default([]),
  note: z.string().max(1000, 'must have at most 1,000 characters').optional(),
})

export type ConnectionDefinition = z.output<typeof connectionDefinition>
