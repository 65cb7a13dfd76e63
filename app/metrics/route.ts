import { route } from '@/lib/server/http/route'
import { metricsEndpoint } from '@/lib/server/metrics/endpoint'
import { admitScrape, metricsText } from '@/lib/server/metrics/metrics'

export const dynamic = 'force-dynamic'

const serve = route(metricsEndpoint, async ({ runtime, request, headers }) => {
  await admitScrape(runtime, request, headers)
  headers.set('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  return new Response(await metricsText(runtime), { headers })
})

export const GET = (request: Request) => serve(request, {})
