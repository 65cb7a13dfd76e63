import type { SourceWithScript } from '@/lib/model/record/source'
import type { ConnectionParts } from '../connection/connection-parts'
import { ApiRefusal } from '../errors'

/** One submission with its script. @throws ApiRefusal `not_found`, `no_history` */
export async function sourceOf({ name, history }: ConnectionParts, id: string): Promise<SourceWithScript> {
  const { store } = history
  await store.flush()
  const source = store.sources.one(id)
  if (source?.connection === name) return source
  throw new ApiRefusal('not_found', `No submission ${id} in history; it may have expired.`)
}
