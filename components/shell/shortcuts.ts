'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { isTyping } from '@/components/ui/typing'
import { useConnectionName } from '@/lib/api/live'
import { NAV_ENTRIES } from './nav'

/** The second key of `g o` must follow within this time, ms. */
const CHORD_MS = 1500

interface ShortcutActions {
  readonly openPalette: () => void
  readonly openHelp: () => void
}

/** Ctrl/⌘ K, `?`, and `g` followed by a page's letter. */
export function useShortcuts({ openPalette, openHelp }: ShortcutActions): void {
  const router = useRouter()
  const connection = useConnectionName()
  const chordAt = useRef(0)
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        openPalette()
        return
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (event.key === '?') openHelp()
      else if (event.key === 'g') chordAt.current = event.timeStamp
      else if (event.timeStamp - chordAt.current < CHORD_MS) {
        chordAt.current = 0
        const entry = NAV_ENTRIES.find(({ shortcut }) => shortcut === event.key)
        if (entry) router.push(`/${encodeURIComponent(connection)}/${entry.slug}`)
      }
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [router, connection, openPalette, openHelp])
}
