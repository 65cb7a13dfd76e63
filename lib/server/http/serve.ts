import 'server-only'
import { type Contract, contract } from '@/lib/api/contract'
import { methodsOf, PathTable } from '../door/api-paths'
import { bodyOf, type DoorRefusal, nothingAt, wrongMethod } from '../door/refusal'
import { handlers } from '../handlers'
import { route, type ServedRoute } from './route'

/**
 * Answers a request to the API: finds the endpoint by method and path, and hands it to its handler by way of `route`.
 * @param segments of the path behind `/api`, decoded
 */
export async function serve(request: Request, segments: readonly string[]): Promise<Response> {
  const found = routes.at(['api', ...segments])
  if (!found) return refused(nothingAt(new URL(request.url).pathname))
  const { value: served, params } = found
  const answer = served.get(request.method)
  return answer ? answer(request, params) : refused(wrongMethod(request.method, [...served.keys()]))
}

const routes = new PathTable(routesByPath())

function routesByPath(): Map<string, Map<string, ServedRoute>> {
  const byPath = new Map<string, Map<string, ServedRoute>>()
  for (const name of Object.keys(contract).filter(isEndpoint)) {
    const { path, method } = contract[name]
    const served = byPath.get(path) ?? new Map<string, ServedRoute>()
    byPath.set(path, served)
    const options: ServedRoute = async () =>
      new Response(null, { status: 204, headers: { allow: [...served.keys()].sort().join(', ') } })
    const answer = routeOf(name)
    for (const each of methodsOf(method)) served.set(each, each === 'OPTIONS' ? options : answer)
  }
  return byPath
}

function isEndpoint(name: string): name is keyof Contract {
  return Object.hasOwn(contract, name)
}

function routeOf<Name extends keyof Contract>(name: Name): ServedRoute {
  return route(contract[name], handlers[name])
}

/** As the door would refuse it. It asks the same paths first, so that this answers only what did not pass there. */
const refused = (refusal: DoorRefusal): Response =>
  new Response(bodyOf(refusal), {
    status: refusal.status,
    headers: { ...refusal.headers, 'cache-control': 'no-store', 'content-type': 'application/json' },
  })
