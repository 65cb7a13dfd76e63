'use client'

import { usePathname, useRouter } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { isTyping } from '@/components/ui/typing'

/** The second key of `g o` must follow within this time, ms. */
const CHORD_MS = 1500

/** The key after `g` that leads to a page. */
export interface PageKey {
  readonly key: string
  readonly name: string
  readonly path: string
}

interface ShortcutActions {
  readonly pageKeys: readonly PageKey[]
  readonly openPalette: () => void
  readonly openHelp: () => void
}

/** Ctrl/⌘ K, `?`, `/`, and `g` followed by a page's letter. */
export function useShortcuts({ pageKeys, openPalette, openHelp }: ShortcutActions): void {
  const router = useRouter()
  /** When `g` was pressed, ms since the page was loaded. */
  const chordAt = useRef<number>(undefined)
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        openPalette()
        return
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (event.key === '?') openHelp()
      else if (event.key === '/') focusFilter(event)
      else if (event.key === 'g') chordAt.current = event.timeStamp
      else if (chordAt.current !== undefined) {
        const inTime = event.timeStamp - chordAt.current < CHORD_MS
        chordAt.current = undefined
        if (!inTime) return
        const page = pageKeys.find(({ key }) => key === event.key)
        if (!page) return
        // The letter names a page: a list that has the focus must not take it for an action on a row.
        event.stopPropagation()
        router.push(page.path)
      }
    }
    // Before the page's own keys see it.
    window.addEventListener('keydown', onKeyDown, { capture: true })
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true })
  }, [router, pageKeys, openPalette, openHelp])
}

function focusFilter(event: KeyboardEvent): void {
  const filter = document.querySelector<HTMLElement>('main input:is([role="combobox"], [type="search"])')
  if (!filter) return
  event.preventDefault()
  filter.focus()
}

/** Moves the focus into a page that was navigated to, so that Tab and the arrows go on there; not on the first load. */
export function usePageFocus(): void {
  const path = usePathname()
  const shown = useRef(path)
  useEffect(() => {
    if (shown.current === path) return
    shown.current = path
    const page = document.getElementById('page')
    // A field of the new page that has asked for the focus keeps it.
    if (!page?.contains(document.activeElement) || document.activeElement === page) page?.focus({ preventScroll: true })
  }, [path])
}
