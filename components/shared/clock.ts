'use client'

import { useSyncExternalStore } from 'react'

const TICK_MS = 1000
const listeners = new Set<() => void>()
let now = 0
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    now = Date.now()
    timer = setInterval(() => {
      now = Date.now()
      for (const each of listeners) each()
    }, TICK_MS)
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) clearInterval(timer)
  }
}

const current = (): number => {
  if (now === 0) now = Date.now()
  return now
}

/**
 * The browser's time, ms, to the second, or rounded up to steps of `stepMs` for what is dear to compute: one clock for the whole page.
 * 0 while rendering on the server, where it would be wrong.
 */
export const useNow = (stepMs = TICK_MS): number =>
  useSyncExternalStore(
    subscribe,
    () => (stepMs === TICK_MS ? current() : Math.ceil(current() / stepMs) * stepMs),
    () => 0,
  )
