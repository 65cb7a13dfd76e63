import 'server-only'
import { randomUUID } from 'node:crypto'
import type { ErrorBody } from '@gearboard/gears/vocabulary/errors'
import type { z } from 'zod'
import type { Contract } from '@/lib/api/contract'
import { type AnswerOf, type AnyEndpoint, type BodyOf, IN_QUERY, type ParamsOf, type QueryOf } from '@/lib/api/endpoint'
import { type Admission, admissionOf, ownAdmissionOf, type Principal } from '@/lib/model/people/grant'
import type { Session } from '../auth/sessions'
import { ApiRefusal, HTTP_STATUS, knownError, noSuchConnection, retryAfterOf, wrongFields } from '../errors'
import { log } from '../log'
import { connectionNamed, type Runtime, runtime } from '../runtime'
import { wrongInput } from '../wrong-input'
import {
  checkAccess,
  checkConfirmed,
  checkHost,
  checkOrigin,
  checkReveals,
  checkTokenWrites,
  checkWritable,
} from './gate'
import { readJson } from './request-body'
import { type AuditNote, WriteAttempt } from './write-attempt'

/** What a handler gets: everything parsed, checked and allowed. */
interface HandlerCall<E extends AnyEndpoint> {
  readonly params: ParamsOf<E['path']>
  readonly query: QueryOf<E>
  readonly body: BodyOf<E>
  readonly request: Request
  readonly runtime: Runtime
  /** Null when the user is not signed in, on endpoints that are open. */
  readonly principal: Principal | null
  /** What they may do on the connection that the address names, or with Gearboard itself where it names none. */
  readonly admission: Admission | null
  /** Absent where nobody signs in. */
  readonly session: Session | undefined
  /** The name that writes are recorded under; null where signing in is not required. */
  readonly who: string | null
  /** Adds to what the audit log says of this write. */
  readonly audit: (note: AuditNote) => void
  /** Whether the request would be let in now: what is sent piece by piece asks before each. */
  readonly isAllowed: () => boolean
  /** Headers of the answer. */
  readonly headers: Headers
}

/** Answers one endpoint: with what the contract says, which is sent as JSON, or with a response of its own, as a stream is. */
export type Handler<E extends AnyEndpoint> = (call: HandlerCall<E>) => Promise<AnswerOf<E> | Response>

/** A handler for each endpoint of the contract. */
export type Handlers = { readonly [Name in keyof Contract]: Handler<Contract[Name]> }

/** What a path holds in place of the names in braces. */
type PathParams = Readonly<Record<string, string>>

export type ServedRoute = (request: Request, params: PathParams) => Promise<Response>

/** Serves an endpoint. Everything about access, limits and errors is decided here. */
export function route<E extends AnyEndpoint>(endpoint: E, handle: Handler<E>): ServedRoute {
  return async (request, pathParams) => {
    const requestId = randomUUID()
    const headers = new Headers({ 'cache-control': 'no-store', 'x-request-id': requestId })
    const params = withThoseInQuery(pathParams, request)
    const attempt = new WriteAttempt(endpoint, request, params)
    const refused = (error: unknown) =>
      refuse(error, headers, { requestId, endpoint: `${endpoint.method} ${endpoint.path}` })
    let call: HandlerCall<E>
    try {
      call = await admit(endpoint, request, params, headers, attempt)
    } catch (error) {
      runtime().bodies.release(request)
      await attempt.end(error)
      return refused(error)
    }
    const work = carryOut(respond(handle, call), attempt, request)
    // What ends a session answers for itself.
    const asked = endpoint.access === 'open' ? work : untilSignedOut(work, call.session)
    return asked.then((response) => ifStillAllowed(response, endpoint, request, params)).catch(refused)
  }
}

async function respond<E extends AnyEndpoint>(handle: Handler<E>, call: HandlerCall<E>): Promise<Response> {
  const answer = await handle(call)
  return answer instanceof Response ? answer : Response.json(answer, { headers: call.headers })
}

/** Records how it ended, even when the client has gone. */
async function carryOut(work: Promise<Response>, attempt: WriteAttempt, request: Request): Promise<Response> {
  try {
    const response = await work
    await attempt.end()
    return response
  } catch (error) {
    await attempt.end(error)
    throw error
  } finally {
    runtime().bodies.release(request)
  }
}

/** An answer belongs to the session that asked. What was sent to the server is not undone by signing out, and its outcome is recorded. */
function untilSignedOut(work: Promise<Response>, session: Session | undefined): Promise<Response> {
  if (!session) return work
  const { ended } = session
  return new Promise((resolve, reject) => {
    const signedOut = () => reject(new ApiRefusal('unauthenticated', SIGNED_OUT))
    ended.addEventListener('abort', signedOut, { once: true })
    void work
      .then((response) => (ended.aborted ? signedOut() : resolve(response)), reject)
      .finally(() => ended.removeEventListener('abort', signedOut))
  })
}

/** What a connection told belongs to those who may see it now. What was done there is recorded, and stays done. */
async function ifStillAllowed(
  response: Response,
  endpoint: AnyEndpoint,
  request: Request,
  params: PathParams,
): Promise<Response> {
  if (params.connection === undefined || endpoint.access === 'open') return response
  try {
    checkGranted(endpoint, request, params)
    return response
  } catch (error) {
    await response.body?.cancel()
    throw error
  }
}

/** Looks up again who asks and what they may do. @throws ApiRefusal as at the beginning of the request */
function checkGranted(endpoint: AnyEndpoint, request: Request, params: PathParams): void {
  const shared = runtime()
  const principal = shared.signIn.stillBy(request)
  const admission = principal && admissionAt(principal, shared, params)
  checkAccess(endpoint, admission?.role ?? null, principal !== null)
  checkReveals(endpoint, admission)
}

function isGranted(endpoint: AnyEndpoint, request: Request, params: PathParams): boolean {
  try {
    checkGranted(endpoint, request, params)
    return true
  } catch (error) {
    if (error instanceof ApiRefusal) return false
    throw error
  }
}

const SIGNED_OUT = 'You signed out before the reply arrived. The action continues; see Activity for its result.'

/** While its body arrived, the client may have left and the session may have ended. @throws ApiRefusal before anything is sent */
function checkStillAsked(request: Request, session: Session | undefined): void {
  if (session?.ended.aborted) throw new ApiRefusal('unauthenticated', 'You signed out before this was sent.')
  if (request.signal.aborted) throw new ApiRefusal('invalid_request', 'The client left before this was sent.')
}

/** Checks from the outside in, so that a client without access learns nothing about the rest. */
async function admit<E extends AnyEndpoint>(
  endpoint: E,
  request: Request,
  params: PathParams,
  headers: Headers,
  attempt: WriteAttempt,
): Promise<HandlerCall<E>> {
  const shared = runtime()
  const { settings, signIn } = shared
  if (settings.refusal !== undefined) throw new ApiRefusal('forbidden', settings.refusal)
  const { principal, session, byBrowser, reason } = signIn.visitorOf(request)
  // Refused before there is anything to record: an entry for each would fill the audit log.
  checkRate(shared, session)
  attempt.by(shared, null)
  checkHost(request, settings)
  attempt.by(shared, principal?.name ?? null)
  if (endpoint.method !== 'GET') checkOrigin(request, settings, byBrowser)
  const admission = principal && admissionAt(principal, shared, params)
  checkAccess(endpoint, admission?.role ?? null, principal !== null, reason)
  checkTokenWrites(endpoint, principal)
  checkReveals(endpoint, admission)
  checkWritable(endpoint, settings, readOnlyReason(shared, params))
  checkConfirmed(request, changedBy(endpoint, shared, params))
  const { path }: { readonly path: E['path'] } = endpoint
  if (!hasParamsOf(path, params)) throw new Error(`${path} was reached without its parameters`)
  const query = parse<NonNullable<E['query']>>(endpoint.query, Object.fromEntries(new URL(request.url).searchParams))
  const body = parse<NonNullable<E['body']>>(
    endpoint.body,
    endpoint.body && (await readJson(request, { budget: shared.bodies, maxBytes: endpoint.maxBodyBytes })),
  )
  checkStillAsked(request, session)
  if (endpoint.body) checkGranted(endpoint, request, params)
  attempt.admit()
  return {
    params,
    query,
    body,
    request,
    runtime: shared,
    principal,
    admission,
    session,
    who: signIn.required ? (principal?.name ?? null) : null,
    audit: (note) => attempt.tell(note),
    isAllowed: () => isGranted(endpoint, request, params),
    headers,
  }
}

/** Parameters, with what no path can hold (`..`) taken from the query. */
function withThoseInQuery(params: PathParams, request: Request): PathParams {
  const { searchParams } = new URL(request.url)
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      value === IN_QUERY ? (searchParams.get(name) ?? value) : value,
    ]),
  )
}

/** @throws ApiRefusal `not_found` as for a connection that does not exist: who has no grant on it does not learn that it does */
function admissionAt(principal: Principal, shared: Runtime, { connection: name }: PathParams): Admission | null {
  if (name === undefined) return ownAdmissionOf(principal)
  const connection = connectionNamed(shared, name)
  const admission = admissionOf(principal, connection)
  if (admission === null) throw noSuchConnection(name)
  return admission
}

/** @throws ApiRefusal `too_many_requests` */
function checkRate({ requestsOfASession }: Runtime, session: Session | undefined): void {
  const waitS = session ? requestsOfASession.take(session.digest) : 0
  if (waitS === 0) return
  throw new ApiRefusal(
    'too_many_requests',
    `Too many requests of this sign-in. Try again in ${waitS} s.`,
    undefined,
    waitS,
  )
}

/** Of the connection that the address names, where it names one. */
function readOnlyReason({ connections }: Runtime, { connection }: PathParams): string | null {
  if (connection === undefined) return null
  return connections.get(connection)?.hub.feed.connection.readOnlyReason ?? null
}

/** The connection that a write changes; undefined where it changes none, or there is none. */
function changedBy({ confirm }: AnyEndpoint, { connections, connectionSettings }: Runtime, params: PathParams) {
  const name = confirm == null ? undefined : params[confirm]
  if (name === undefined) return undefined
  // A setting is asked for itself: it may not be open, and another connection may have its name.
  return confirm === 'connection'
    ? connections.get(name)?.hub.feed.connection
    : connectionSettings.definitionNamed(name)
}

/** Whether the parameters are those of the endpoint's path, `{connection}` and so on. */
const hasParamsOf = <Path extends string>(path: Path, params: PathParams): params is PathParams & ParamsOf<Path> =>
  [...path.matchAll(/\{(\w+)\}/g)].every(([, name = '']) => Object.hasOwn(params, name))

/** @throws ApiRefusal `invalid_request`, one detail for each field that is wrong */
function parse<Schema extends z.ZodType>(schema: Schema | undefined, value: unknown): z.output<Schema>
function parse(schema: z.ZodType | undefined, value: unknown): unknown {
  // `endpoint` gives a missing schema the type ZodUndefined.
  if (!schema) return undefined
  const parsed = schema.safeParse(value, { error: wrongInput })
  if (parsed.success) return parsed.data
  throw wrongFields(parsed.error.issues)
}

function refuse(error: unknown, headers: Headers, context: { readonly requestId: string; readonly endpoint: string }) {
  const body = knownError(error) ?? internal(error, context)
  const retryAfterS = retryAfterOf(error)
  if (retryAfterS !== undefined) headers.set('retry-after', String(retryAfterS))
  return Response.json({ error: body }, { status: HTTP_STATUS[body.code], headers })
}

function internal(error: unknown, context: { readonly requestId: string; readonly endpoint: string }): ErrorBody {
  log.error({ err: error, ...context }, 'request failed')
  return {
    code: 'internal',
    message: `Internal error in Gearboard; see its log for ${context.requestId}.`,
  }
}
