/** What a request asks for: `live` is a stream that stays open, `health` must answer whatever else happens. */
export type Place = 'page' | 'file' | 'read' | 'act' | 'live' | 'health'

export const isApi = (path: string): boolean => path === '/metrics' || path === '/api' || path.startsWith('/api/')

/** @param url as the client sent it, with its query */
export function requestPlaceOf(method: string | undefined, url: string): Place {
  const [path = ''] = url.split('?', 1)
  if (path === '/api/health') return 'health'
  if (path.startsWith('/_next/')) return 'file'
  if (!isApi(path)) return 'page'
  if (method !== 'GET' && method !== 'HEAD') return 'act'
  return /^\/api\/[^/]+\/live\/?$/.test(path) ? 'live' : 'read'
}
