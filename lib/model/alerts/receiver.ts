/** How a webhook's body is shaped. */
export const WEBHOOK_SHAPES = ['generic', 'slack', 'teams'] as const
export type WebhookShape = (typeof WEBHOOK_SHAPES)[number]

/** How the connection to a mail server is protected. */
export const MAIL_SECURITY = ['tls', 'starttls', 'none'] as const
type MailSecurity = (typeof MAIL_SECURITY)[number]

/** What of a receiver never leaves the server; the URL of a Slack or Teams hook is itself a credential. */
export const RECEIVER_SECRETS = ['url', 'secret', 'password'] as const
export type ReceiverSecret = (typeof RECEIVER_SECRETS)[number]

export interface WebhookReceiver {
  readonly kind: 'webhook'
  readonly name: string
  readonly shape: WebhookShape
  readonly url: string
  /** Signs the body of a generic one (HMAC-SHA256). */
  readonly secret?: string | undefined
}

export interface EmailReceiver {
  readonly kind: 'email'
  readonly name: string
  readonly host: string
  readonly port: number
  readonly security: MailSecurity
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly from: string
  readonly to: readonly string[]
}

/** Where notifications go, with its secrets: never to a log, never to a browser. */
export type ReceiverDefinition = WebhookReceiver | EmailReceiver

/** One that is stored. */
export type Receiver = ReceiverDefinition & { readonly id: string }
