import { generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { CLIENT_ID } from '@/test/identity-provider'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const others = generateKeyPairSync('rsa', { modulusLength: 2048 })

type ScriptedAnswer = (request: IncomingMessage, response: ServerResponse) => void

/** How it misbehaves; what is not said is as it should be. Times of claims are s from now. */
export interface Script {
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  readonly lifetime?: { readonly iat: number; readonly exp: number }
  readonly header?: Readonly<Record<string, unknown>>
  /** The token is signed by a key that is not published. */
  readonly wrongKey?: boolean
  /** There is more to ask of the user. */
  readonly withUser?: boolean
  /** Its own clock, s from now, as its Date header shows it. */
  readonly date?: number
  readonly answers?: { readonly [Path in 'discovery' | 'token' | 'jwks' | 'userinfo']?: ScriptedAnswer }
}

const PATHS: Readonly<Record<string, 'discovery' | 'token' | 'jwks' | 'userinfo'>> = {
  '/.well-known/openid-configuration': 'discovery',
  '/token': 'token',
  '/jwks': 'jwks',
  '/userinfo': 'userinfo',
}

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A provider that answers as the script says, which a test changes as it goes. */
export async function scriptedProvider(first: Script = {}) {
  const asked: string[] = []
  const subject = { script: first, issuer: '', nonce: '', asked }
  const idToken = () => {
    const { claims, lifetime = { iat: 0, exp: 300 }, header, wrongKey } = subject.script
    const now = Math.floor(Date.now() / 1000)
    const body = {
      iss: subject.issuer,
      sub: 'ada',
      aud: CLIENT_ID,
      nonce: subject.nonce,
      iat: now + lifetime.iat,
      exp: now + lifetime.exp,
      ...claims,
    }
    const text = `${base64({ alg: 'RS256', kid: 'test', ...header })}.${base64(body)}`
    return `${text}.${sign('sha256', Buffer.from(text), wrongKey ? others.privateKey : privateKey).toString('base64url')}`
  }
  const bodies = {
    discovery: () => ({
      issuer: subject.issuer,
      authorization_endpoint: `${subject.issuer}/authorize`,
      token_endpoint: `${subject.issuer}/token`,
      jwks_uri: `${subject.issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      ...(subject.script.withUser && { userinfo_endpoint: `${subject.issuer}/userinfo` }),
      ...subject.script.metadata,
    }),
    token: () => ({ access_token: 'an access token of the test', token_type: 'bearer', id_token: idToken() }),
    jwks: () => ({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'test', use: 'sig', alg: 'RS256' }] }),
    userinfo: () => ({ sub: 'ada', groups: ['sre'] }),
  }
  const server = createServer((request, response) => {
    const what = PATHS[request.url ?? '']
    request.resume()
    if (!what) return void response.writeHead(404).end()
    asked.push(what)
    const { date, answers } = subject.script
    if (date !== undefined) response.setHeader('date', new Date(Date.now() + date * 1000).toUTCString())
    const own = answers?.[what]
    if (own) return own(request, response)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(bodies[what]()))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  })
  const { port } = server.address() as AddressInfo
  subject.issuer = `http://127.0.0.1:${port}`
  return subject
}

export const answerJson =
  (body: unknown, status = 200): ScriptedAnswer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
