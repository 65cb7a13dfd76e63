import { useEffect, useRef } from 'react'
import { isTyping } from './typing'

/** What a key does wherever the focus is; undefined while it does nothing. */
type PageKeys = Readonly<Record<string, (() => void) | undefined>>

/** Calls what `acts` has for a key pressed anywhere on the page, unless it is typed into a field, or something nearer to the focus took it. */
export function usePageKeys(acts: PageKeys): void {
  const latest = useRef(acts)
  latest.current = acts
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return
      latest.current[event.key]?.()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}
