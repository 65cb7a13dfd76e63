'use client'

import { createContext, type ReactNode, useContext } from 'react'
import { type PausableFeed, useLive } from '@/lib/api/live'

const LiveContext = createContext<PausableFeed | undefined>(undefined)

/** Runs the feed of one connection for everything below it. */
export function LiveProvider({ connection, children }: { readonly connection: string; readonly children: ReactNode }) {
  return <LiveContext value={useLive(connection)}>{children}</LiveContext>
}

export function useLiveFeed(): PausableFeed {
  const live = useContext(LiveContext)
  if (!live) throw new Error('useLiveFeed is used outside a LiveProvider')
  return live
}
