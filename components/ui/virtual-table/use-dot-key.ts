import { useEffect, useRef } from 'react'
import { isTyping } from '../typing'

/** Calls `act` when `.` is pressed anywhere on the page, unless it is typed into a field. */
export function useDotKey(enabled: boolean, act: () => void): void {
  const latest = useRef(act)
  latest.current = act
  useEffect(() => {
    if (!enabled) return
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === '.' && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target))
        latest.current()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [enabled])
}
