import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

export const CLIENT_ID = 'gearboard'
export const CLIENT_SECRET = 'a secret between the two of them'

interface ProviderAccount {
  readonly [claim: string]: unknown
}

interface IdentityProviderOptions {
  /** What it knows of people, by `sub`. */
  readonly accounts: Readonly<Record<string, ProviderAccount>>
  /** Where it may lead back to: origins of Gearboard, with its base path. Read at the first request. */
  readonly gearboards: readonly string[]
  readonly publicClient?: boolean
  /** Claims of scopes are in the ID token, and not with the user alone. */
  readonly fullIdTokens?: boolean
}

/** A real OpenID Connect provider on loopback, with a page on which a visitor chooses who they are. */
export interface IdentityProvider {
  readonly issuer: string
  stop(): Promise<void>
}

export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`
  let provider: Provider | undefined
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    provider ??= providerAt(issuer, options)
    const answered = request.url?.startsWith('/interaction/')
      ? choose(provider, Object.keys(options.accounts), request, response)
      : provider.callback()(request, response)
    answered.catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  return {
    issuer,
    async stop() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

function providerAt(issuer: string, options: IdentityProviderOptions): Provider {
  const { accounts, gearboards, publicClient = false, fullIdTokens = false } = options
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        ...(publicClient ? { token_endpoint_auth_method: 'none' } : { client_secret: CLIENT_SECRET }),
        redirect_uris: gearboards.map((origin) => `${origin}/login/oidc`),
        post_logout_redirect_uris: gearboards.map((origin) => `${origin}/login`),
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'test' }] },
    cookies: { keys: ['keys of the test'] },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username'],
      groups: ['groups', 'realm_access'],
    },
    scopes: ['openid', 'email', 'profile', 'groups'],
    conformIdTokenClaims: !fullIdTokens,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, sub) => ({ accountId: sub, claims: async () => ({ sub, ...accounts[sub] }) }),
    // Nobody is asked whether Gearboard may know them.
    async loadExistingGrant(ctx) {
      const { client, session } = ctx.oidc
      if (!client || session?.accountId === undefined) return undefined
      const known = session.grantIdFor(client.clientId)
      if (known !== undefined) return ctx.oidc.provider.Grant.find(known)
      const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId })
      grant.addOIDCScope('openid email profile groups')
      await grant.save()
      return grant
    },
  })
}

/** `GET /interaction/{uid}` shows a button for each account; `POST …/{uid}/{sub}` signs in, and `…/{uid}/` refuses. */
async function choose(
  provider: Provider,
  subjects: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, , uid, subject] = (request.url ?? '').split('/')
  if (request.method !== 'POST') {
    const button = (path: string, words: string) =>
      `<form method="post" action="/interaction/${uid}/${path}"><button>${words}</button></form>`
    const buttons = subjects.map((each) => button(each, `I am ${each}`))
    response.setHeader('content-type', 'text/html')
    response.end(`<!doctype html><title>Provider</title>${buttons.join('')}${button('', 'Cancel')}`)
    return
  }
  const result = subject
    ? { login: { accountId: subject } }
    : { error: 'access_denied', error_description: 'the visitor went away' }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
}
