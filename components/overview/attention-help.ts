import type { RegistrationAction } from '@/components/shared/actions/registration-actions'
import type { AttentionKind } from '@/lib/model/attention/attention-item'
import type { Registration } from '@/lib/model/registrations/registration'

/** Actions that help a stream that stopped or retries the same batch; other problems must be looked into first. */
export const helpFor = (kind: AttentionKind, { reader }: Pick<Registration, 'reader'>): RegistrationAction | null =>
  reader === 'StreamReader' ? HELPS[kind] : null

const HELPS: Readonly<Record<AttentionKind, RegistrationAction | null>> = {
  failing: 'pause',
  retrying: 'pause',
  poison: 'pause',
  paused: 'resume',
  aborted: 'resume',
  'fires-though-paused': 'pause',
  silent: null,
  refusing: null,
  uninitialised: null,
  stalled: null,
  lagging: null,
  stuck: null,
  failed: null,
  long: null,
  missing: null,
  requirement: null,
  growing: null,
  slower: null,
  quiet: null,
  flaky: null,
  hazard: null,
  evicted: null,
}
