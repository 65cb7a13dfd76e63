'use client'

import * as z from 'zod/mini'
import { useStored } from '@/components/shared/use-stored'

/** The server answers a hundred at most. */
const MAX_KEYS = 50
const schema = z.array(z.string().check(z.minLength(1), z.maxLength(256))).check(z.maxLength(MAX_KEYS))
const NONE: readonly string[] = []

/** The names of user keys that this browser has asked for: the module cannot list them. */
export function useUserKeys(connection: string) {
  const [names, change] = useStored<readonly string[]>(`gearboard.user-keys.${connection}`, schema, NONE)
  return {
    names,
    remember: (name: string) => change((now) => [...now.filter((each) => each !== name), name].slice(-MAX_KEYS)),
    forget: (name: string) => change((now) => now.filter((each) => each !== name)),
  }
}
