import 'server-only'
import { overrideInWords } from '@/lib/model/cluster/silence'
import { ApiRefusal } from '../errors'

/** Names of what a user does in spite of its refusal. */
export type Override = readonly string[]

/** @param reason why nothing is sent; undefined where nothing is against it. @throws ApiRefusal `invalid_request` unless `override` has `name` */
export function refuseUnlessOverridden(reason: string | undefined, name: string, override: Override): void {
  if (reason === undefined || override.includes(name)) return
  throw new ApiRefusal('invalid_request', `${reason} Nothing was sent. ${overrideInWords(name)}`, [
    { at: 'override', message: name },
  ])
}

/** For the audit; empty where nothing was overridden. */
export const overriddenInWords = (override: Override = []): readonly string[] =>
  override.length > 0 ? [`overridden: ${override.join(', ')}`] : []
