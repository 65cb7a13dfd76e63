import { CircleCheck, CircleDashed, Hourglass, PlugZap, ServerOff, ShieldAlert, TriangleAlert } from 'lucide-react'
import type { ConnectionStatus } from '@/lib/model/connection/connection'
import type { StateLook } from './outcome'

/** How a connection is, in lists of them. */
export const CONNECTION_LOOK: Readonly<Record<ConnectionStatus, StateLook>> = {
  unreachable: { icon: ServerOff, tone: 'failed', word: 'no answer' },
  refused: { icon: ShieldAlert, tone: 'failed', word: 'refused' },
  module_missing: { icon: PlugZap, tone: 'failed', word: 'no RedisGears' },
  partial: { icon: TriangleAlert, tone: 'waiting', word: 'partly live' },
  starting: { icon: Hourglass, tone: 'unknown', word: 'starting' },
  connecting: { icon: CircleDashed, tone: 'unknown', word: 'connecting' },
  live: { icon: CircleCheck, tone: 'ok', word: 'live' },
}
