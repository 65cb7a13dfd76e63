import 'server-only'
import { answers, endpoint } from '@/lib/api/endpoint'

/** Not of the API: scrapers hold no cookie, so the route takes the password as HTTP Basic or Bearer too. */
export const metricsEndpoint = endpoint({
  method: 'GET',
  path: '/metrics',
  access: 'open',
  summary: 'Prometheus metrics; needs the password where there is one',
  reply: answers<never>(),
})
