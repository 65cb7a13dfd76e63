'use client'

import { useSyncExternalStore } from 'react'
import { serverClock } from '@/lib/api/server-clock'

const TICK_MS = 1000
const listeners = new Set<() => void>()
let now = 0
let unfollow = () => {}
let timer: ReturnType<typeof setInterval> | undefined

function tick(): void {
  now = serverClock.now()
  for (const each of listeners) each()
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    now = serverClock.now()
    timer = setInterval(tick, TICK_MS)
    unfollow = serverClock.onJump(tick)
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    unfollow()
  }
}

const current = (): number => {
  if (now === 0) now = serverClock.now()
  return now
}

/**
 * The time by Gearboard's clock, ms, to the second, or rounded up to steps of `stepMs` for what is costly to compute: one clock for the whole page.
 * 0 while rendering on the server, where it would be wrong.
 */
export const useNow = (stepMs = TICK_MS): number =>
  useSyncExternalStore(
    subscribe,
    () => (stepMs === TICK_MS ? current() : Math.ceil(current() / stepMs) * stepMs),
    () => 0,
  )
