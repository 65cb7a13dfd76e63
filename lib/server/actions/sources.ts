import type { SourceWithScript } from '@/lib/model/record/source'
import type { ConnectionParts } from '../connection-parts'
import { Refusal } from '../errors'

/** One submission with its script. @throws Refusal `not_found`, `no_history` */
export async function sourceOf({ name, chronicle }: ConnectionParts, id: string): Promise<SourceWithScript> {
  const { history } = chronicle
  await history.flush()
  const source = history.source(id)
  if (source?.connection === name) return source
  throw new Refusal('not_found', `There is no submission ${id} on record; it may have been forgotten.`)
}
