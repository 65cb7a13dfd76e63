import { z } from 'zod'
import { ALERT_KIND, ALERT_KINDS, ALERT_SEVERITIES, MOST_FOR_S } from '@/lib/model/alerts/kinds'
import { MAIL_SECURITY, RECEIVER_SECRETS, WEBHOOK_SHAPES } from '@/lib/model/alerts/receiver'
import { connectionSelectors } from './grant-definition'

const words = <const Words extends readonly [string, ...string[]]>(list: Words) =>
  z.enum(list, `must be one of ${list.join(', ')}`)

const name = z.string().regex(/^[^\p{C}]{1,80}$/u, 'must be 1 to 80 visible characters')
const id = z.string().min(1, 'must not be empty').max(64, 'must have at most 64 characters')

/** A rule as a person sends it. */
export const alertRule = z
  .strictObject({
    name,
    kind: words(ALERT_KINDS),
    connections: connectionSelectors.default(['*']),
    /** In the unit of its kind; left out, the one that the kind suggests. */
    threshold: z.number().nullable().optional(),
    /** s */
    forS: z
      .number()
      .int('must be a whole number')
      .min(0, 'must be at least 0')
      .max(MOST_FOR_S, `must be at most ${MOST_FOR_S}`)
      .optional(),
    severity: words(ALERT_SEVERITIES).optional(),
    receivers: z.array(id).max(50, 'must have at most 50 entries').nullable().default(null),
    enabled: z.boolean().default(true),
  })
  .transform(({ threshold, forS, severity, ...rest }, context) => {
    const { threshold: bounds, ...facts } = ALERT_KIND[rest.kind]
    const issue = (message: string) => context.addIssue({ code: 'custom', path: ['threshold'], message })
    if (!bounds && typeof threshold === 'number') issue(`is not for ${rest.kind}, which applies or does not`)
    if (bounds && typeof threshold === 'number' && !(threshold >= bounds.least && threshold <= bounds.most))
      issue(`must be from ${bounds.least} to ${bounds.most}`)
    return {
      ...rest,
      threshold: bounds ? (threshold ?? bounds.default) : null,
      forS: forS ?? facts.forS,
      severity: severity ?? facts.severity,
    }
  })

const secret = z.string().min(1, 'must not be empty').max(1024, 'must have at most 1,024 characters')
const address = z
  .string()
  .max(254, 'must have at most 254 characters')
  .regex(/^[^\s\p{C}@<>,;:"()[\]\\]+@[^\s\p{C}@<>,;:"()[\]\\]+$/u, 'must be an e-mail address, as ops@example.com')

const url = z
  .string()
  .max(2048, 'must have at most 2,048 characters')
  .refine((text) => isHttp(text), 'must be an http or https URL without user and password')

function isHttp(text: string): boolean {
  if (/[\s\p{C}]/u.test(text) || !URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === ''
}

const webhook = z.strictObject({
  kind: z.literal('webhook'),
  name,
  shape: words(WEBHOOK_SHAPES).default('generic'),
  /** Left out where the stored one is kept. */
  url: url.optional(),
  secret: secret.optional(),
  /** Stored secrets to go on using; all others that are not given are removed. */
  keep: z.array(words(RECEIVER_SECRETS)).max(RECEIVER_SECRETS.length).default([]),
})

/** A name, or an address of IPv4 or IPv6. */
const HOST = /^(?:[A-Za-z0-9][\w.-]{0,252}|(?=.*:.*:)[\dA-Fa-f:.]{2,45})$/

const email = z.strictObject({
  kind: z.literal('email'),
  name,
  host: z.string().regex(HOST, 'must be a host name or an IP address, without brackets and port'),
  port: z.number().int('must be a whole number').min(1, 'must be at least 1').max(65_535, 'must be at most 65,535'),
  security: words(MAIL_SECURITY).default('starttls'),
  username: z
    .string()
    .regex(/^[^\p{C}]{1,256}$/u, 'must be 1 to 256 visible characters')
    .optional(),
  password: secret.optional(),
  from: address,
  to: z.array(address).min(1, 'must have an entry').max(50, 'must have at most 50 entries'),
  keep: webhook.shape.keep,
})

/** A receiver as a person sends it. */
export const alertReceiver = z.discriminatedUnion('kind', [webhook, email], 'kind: must be webhook or email')

export type WantedReceiver = z.output<typeof alertReceiver>
