'use client'

import { useCallback, useMemo, useSyncExternalStore } from 'react'
import type { z } from 'zod'

/** What this tab wrote, also where the browser keeps nothing (private windows, a full store): typed text is never lost within a visit. */
const memory = new Map<string, string>()
const listeners = new Map<string, Set<() => void>>()

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
  } catch {
    // No store, or a full one: the memory above goes on for this visit.
  }
  for (const listener of listeners.get(key) ?? []) listener()
}

function subscribe(key: string, listener: () => void): () => void {
  const own = listeners.get(key) ?? new Set()
  listeners.set(key, own.add(listener))
  const onStorage = (event: StorageEvent) => {
    if (event.key !== key) return
    memory.delete(key)
    listener()
  }
  addEventListener('storage', onStorage)
  return () => {
    own.delete(listener)
    removeEventListener('storage', onStorage)
  }
}

/**
 * State that this browser keeps under `key`, shared by its tabs. What does not fit `schema` (another version wrote it, somebody edited it)
 * counts as absent. The caller bounds its size.
 */
export function useStored<T>(
  key: string,
  schema: z.ZodType<T>,
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

function parse<T>(raw: string | null, schema: z.ZodType<T>): T | undefined {
  if (raw === null) return undefined
  try {
    return schema.safeParse(JSON.parse(raw)).data
  } catch {
    return undefined
  }
}
