import { ApiError } from '@/lib/api/call'

/**
 * Whether a request without a reply of its own was carried out. `no`: the server or Gearboard said so; `partly`: on some shards;
 * `unknown`: no answer came, and RedisGears keeps running after its client leaves.
 */
export function carriedOut(error: unknown): 'no' | 'partly' | 'unknown' {
  if (!(error instanceof ApiError)) return 'unknown'
  if (error.notSent) return 'no'
  switch (error.code) {
    case 'partial':
      return 'partly'
    case 'unreachable':
    case 'timeout':
    case 'bad_reply':
    case 'internal':
      return 'unknown'
    case 'module_missing':
    case 'rejected':
    case 'changed':
    case 'not_found':
    case 'read_only':
    case 'unconfirmed':
    case 'forbidden':
    case 'unauthenticated':
    case 'too_many_attempts':
    case 'too_many_requests':
    case 'invalid_request':
    case 'busy':
    case 'no_history':
      return 'no'
  }
}
