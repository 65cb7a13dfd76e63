import { z } from 'zod'
import { SILENT_OVERRIDE } from '@/lib/model/actions'

const name = z.literal(SILENT_OVERRIDE, `must be ${SILENT_OVERRIDE}`)

/** What is sent though Gearboard refuses it, by name: to a cluster of which a shard is silent. */
export const overrideNames = z.array(name).max(1, 'must name each once').default([])

/** As `overrideNames`, in an address: comma-separated. */
export const overrides = z
  .string()
  .max(100)
  .default('')
  .transform((text) => (text === '' ? [] : text.split(',')))
  .pipe(z.array(name).max(1, 'must name each once'))
