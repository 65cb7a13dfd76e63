import 'server-only'
import { randomUUID } from 'node:crypto'
import type { ErrorBody, ErrorDetail } from '@gearboard/gears/vocabulary/errors'
import type { z } from 'zod'
import { type Endpoint, IN_QUERY, type ParamsOf } from '@/lib/api/endpoint'
import type { Access } from '@/lib/model/connection/connection'
import type { Session } from './auth/sessions'
import { HTTP_STATUS, knownError, Refusal, retryAfterOf } from './errors'
import { checkAccess, checkHost, checkOrigin, checkWritable } from './gate'
import { log } from './log'
import { readJson } from './request-body'
import { type Runtime, runtime } from './runtime'
import { type AuditNote, WriteAttempt } from './write-attempt'

/** What a handler gets: everything parsed, checked and allowed. */
export interface Call<Path extends string, Query extends z.ZodType, Body extends z.ZodType> {
  readonly params: ParamsOf<Path>
  readonly query: z.output<Query>
  readonly body: z.output<Body>
  readonly request: Request
  readonly runtime: Runtime
  readonly role: Access | null
  /** Where somebody needed to sign in. */
  readonly session: Session | undefined
  /** The name that writes are recorded under; null where nobody needs to sign in. */
  readonly who: string | null
  /** Adds to what the audit log says of this write. */
  readonly audit: (note: AuditNote) => void
  /** Headers of the answer. */
  readonly headers: Headers
}

type NextRoute = (request: Request, context: { params: Promise<unknown> }) => Promise<Response>

/** Serves an endpoint of the contract with JSON: what Next calls. Everything about access, limits and errors is decided here. */
export function route<
  Path extends string,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Answer,
  // Of its own, so that `status: 'ok'` is not widened to a string.
  const Given extends Answer,
>(endpoint: Endpoint<Path, Query, Body, Answer>, handle: (call: Call<Path, Query, Body>) => Promise<Given>): NextRoute {
  return guarded(endpoint, async (call) => Response.json(await handle(call), { headers: call.headers }))
}

/** As `route`, for an answer that is no JSON document. */
export function guarded<Path extends string, Query extends z.ZodType, Body extends z.ZodType, Answer>(
  endpoint: Endpoint<Path, Query, Body, Answer>,
  respond: (call: Call<Path, Query, Body>) => Promise<Response>,
): NextRoute {
  return async (request, context) => {
    const requestId = randomUUID()
    const headers = new Headers({ 'cache-control': 'no-store', 'x-request-id': requestId })
    const params = withThoseInQuery(await context.params, request)
    const attempt = new WriteAttempt(endpoint, request, params)
    const refused = (error: unknown) =>
      refuse(error, headers, { requestId, endpoint: `${endpoint.method} ${endpoint.path}` })
    let call: Call<Path, Query, Body>
    try {
      call = await admit(endpoint, request, params, headers, attempt)
    } catch (error) {
      runtime().bodies.release(request)
      await attempt.end(error)
      return refused(error)
    }
    const work = carryOut(respond(call), attempt, request)
    // What ends a session answers for itself.
    return (endpoint.access === 'open' ? work : untilSignedOut(work, call.session)).catch(refused)
  }
}

/** Records how it ended, whether or not anybody still waits for that. */
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
    const signedOut = () => reject(new Refusal('unauthenticated', SIGNED_OUT))
    ended.addEventListener('abort', signedOut, { once: true })
    void work
      .then((response) => (ended.aborted ? signedOut() : resolve(response)), reject)
      .finally(() => ended.removeEventListener('abort', signedOut))
  })
}

const SIGNED_OUT = 'You signed out before the answer came. What was sent goes on; Activity shows how it ended.'

/** While its body arrived, the client may have left and the session may have ended. @throws Refusal before anything is sent */
function checkStillAsked(request: Request, session: Session | undefined): void {
  if (session?.ended.aborted) throw new Refusal('unauthenticated', 'You signed out before this was sent.')
  if (request.signal.aborted) throw new Refusal('invalid_request', 'The client left before this was sent.')
}

/** Checks from the outside in, so that who may not ask learns nothing about the rest. */
async function admit<Path extends string, Query extends z.ZodType, Body extends z.ZodType>(
  endpoint: Endpoint<Path, Query, Body>,
  request: Request,
  params: unknown,
  headers: Headers,
  attempt: WriteAttempt,
): Promise<Call<Path, Query, Body>> {
  const shared = runtime()
  const { settings, signIn } = shared
  if (settings.refusal !== undefined) throw new Refusal('forbidden', settings.refusal)
  attempt.by(shared, null)
  checkHost(request, settings)
  const { role, session } = signIn.visitorOf(request)
  attempt.by(shared, role)
  if (endpoint.method !== 'GET') checkOrigin(request, settings, signIn.required && role !== null)
  checkAccess(endpoint, role)
  checkWritable(endpoint, settings, readOnlyReason(shared, params))
  const query = parse(endpoint.query, Object.fromEntries(new URL(request.url).searchParams))
  const body = parse(
    endpoint.body,
    endpoint.body && (await readJson(request, { budget: shared.bodies, maxBytes: endpoint.maxBodyBytes })),
  )
  checkStillAsked(request, session)
  attempt.admit()
  return {
    params: paramsOf<Path>(params),
    query,
    body,
    request,
    runtime: shared,
    role,
    session,
    who: signIn.required ? role : null,
    audit: (note) => attempt.tell(note),
    headers,
  }
}

/** Parameters, with what no path can hold (`..`) taken from the query. */
function withThoseInQuery(params: unknown, request: Request): unknown {
  if (typeof params !== 'object' || params === null) return params
  const { searchParams } = new URL(request.url)
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      value === IN_QUERY ? (searchParams.get(name) ?? value) : value,
    ]),
  )
}

/** Of the connection that the address names, where it names one. */
function readOnlyReason({ connections }: Runtime, params: unknown): string | null {
  if (typeof params !== 'object' || params === null || !('connection' in params)) return null
  return connections.get(String(params.connection))?.hub.feed.connection.readOnlyReason ?? null
}

// Next names the parameters after the folders of the route, and a test holds those against the contract's paths.
const paramsOf = <Path extends string>(params: unknown) => params as ParamsOf<Path>

/** @throws Refusal `invalid_request`, one detail for each field that is wrong */
function parse<Schema extends z.ZodType>(schema: Schema | undefined, value: unknown): z.output<Schema> {
  // An endpoint without a schema has the type ZodUndefined.
  if (!schema) return undefined as z.output<Schema>
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const details: ErrorDetail[] = parsed.error.issues.map((issue) => ({
    at: issue.path.join('.'),
    message: issue.message,
  }))
  const first = details[0]
  throw new Refusal('invalid_request', first ? `${first.at || 'body'}: ${first.message}` : 'malformed', details)
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
    message: `Something is wrong with Gearboard; its log tells more under ${context.requestId}.`,
  }
}
