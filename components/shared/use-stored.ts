'use client'

import { useCallback, useMemo, useSyncExternalStore } from 'react'
import * as z from 'zod/v4/core'

/** What this tab wrote, also where the browser keeps nothing (private windows, a full store): typed text is never lost within a visit. */
const memory = new Map<string, string>()
const listeners = new Map<string, Set<() => void>>()
/** What the browser did not take when it was last written: only the memory above has it. */
const refused = new Set<string>()

function readRaw(key: string): string | null {
  const written = memory.get(key)
  if (written !== undefined) return written
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function writeRaw(key: string, raw: string): void {
  memory.set(key, raw)
  try {
    localStorage.setItem(key, raw)
    refused.delete(key)
  } catch {
    // No store, or a full one: the memory above has it until the page is reloaded.
    refused.add(key)
  }
  for (const listener of listeners.get(key) ?? []) listener()
}

/** Of Gearboard: the theme, which is of no secret, is kept by another. */
const OWN = 'gearboard.'

/** Removes everything that Gearboard stored in this browser: another person may use it next. */
export function forgetStored(): void {
  const keys = new Set(memory.keys())
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(OWN)) keys.add(key)
    for (const key of keys) localStorage.removeItem(key)
  } catch {
    // No store: then there is nothing in it.
  }
  memory.clear()
  refused.clear()
  for (const key of keys) for (const listener of listeners.get(key) ?? []) listener()
}

/** Another tab wrote it, or forgot it: also what no page of this one shows at the moment. */
function heedOtherTabs(): void {
  if (heeding) return
  heeding = true
  addEventListener('storage', ({ key }) => {
    const changed = key === null ? [...memory.keys()] : [key]
    for (const each of changed) {
      memory.delete(each)
      for (const listener of listeners.get(each) ?? []) listener()
    }
  })
}

let heeding = false

function subscribe(key: string, listener: () => void): () => void {
  const own = listeners.get(key) ?? new Set()
  listeners.set(key, own.add(listener))
  heedOtherTabs()
  return () => {
    own.delete(listener)
  }
}

function isKept(key: string): boolean {
  if (refused.has(key)) return false
  try {
    localStorage.getItem(key)
    return true
  } catch {
    return false
  }
}

/** Whether the browser stores what is written under `key`: it may allow nothing (private windows, a policy), or have no room. */
export const useIsStored = (key: string): boolean =>
  useSyncExternalStore(
    useCallback((listener) => subscribe(key, listener), [key]),
    () => isKept(key),
    () => true,
  )

/** What a page promises of what is typed into it. */
export const keptInWords = (kept: boolean): string =>
  kept ? 'saved in this browser' : 'lost on reload: the browser did not store it'

/**
 * State that this browser keeps under `key`, shared by its tabs. A value that does not fit `schema` (written by another version, or edited)
 * counts as absent. The caller bounds its size.
 */
export function useStored<T>(
  key: string,
  schema: z.$ZodType<T>,
  initial: T,
): readonly [T, (change: (now: T) => T) => void] {
  const raw = useSyncExternalStore(
    useCallback((listener) => subscribe(key, listener), [key]),
    () => readRaw(key),
    () => null,
  )
  const value = useMemo(() => parse(raw, schema) ?? initial, [raw, schema, initial])
  // The newest value, not the rendered one: a reply that comes late must not undo what was typed meanwhile.
  const update = useCallback(
    (change: (now: T) => T) => writeRaw(key, JSON.stringify(change(parse(readRaw(key), schema) ?? initial))),
    [key, schema, initial],
  )
  return [value, update]
}

function parse<T>(raw: string | null, schema: z.$ZodType<T>): T | undefined {
  if (raw === null) return undefined
  try {
    return z.safeParse(schema, JSON.parse(raw)).data
  } catch {
    return undefined
  }
}
