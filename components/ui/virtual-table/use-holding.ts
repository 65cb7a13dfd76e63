import { type RefObject, useEffect, useState, useSyncExternalStore } from 'react'
import { flushSync } from 'react-dom'

/**
 * Whether the user is about to act on what the element shows: the pointer is over it, or the focus is in it. A finger gives no sign before
 * it touches: where there is no mouse, always.
 */
export function useHolding(ref: RefObject<HTMLElement | null>): boolean {
  const withoutMouse = useSyncExternalStore(
    subscribe,
    () => matchMedia(NO_MOUSE).matches,
    () => false,
  )
  const [touched, setTouched] = useState(false)
  const [over, setOver] = useState(false)
  const [focused, setFocused] = useState(false)
  // React's own enter events miss an element that appears under a resting pointer, for example after going back to a page.
  useEffect(() => {
    const element = ref.current
    if (!element) return
    const events = new AbortController()
    const { signal } = events
    let inside = false
    const enter = ({ pointerType }: PointerEvent) => {
      if (pointerType === 'touch') return setTouched(true)
      if (inside) return
      inside = true
      // At once: a delta that came before the next render would still move the rows under the pointer.
      flushSync(() => setOver(true))
    }
    const leave = () => {
      inside = false
      setOver(false)
    }
    element.addEventListener('pointerenter', enter, { signal })
    element.addEventListener('pointermove', enter, { signal })
    element.addEventListener('pointerleave', leave, { signal })
    element.addEventListener('focusin', () => setFocused(true), { signal })
    const blur = ({ relatedTarget }: FocusEvent) =>
      setFocused(relatedTarget instanceof Node && element.contains(relatedTarget))
    element.addEventListener('focusout', blur, { signal })
    return () => events.abort()
  }, [ref])
  // No event comes where the focused element leaves the page, as a button does that its own click hides.
  useEffect(() => {
    if (focused && !ref.current?.contains(document.activeElement)) setFocused(false)
  })
  return withoutMouse || touched || over || focused
}

const NO_MOUSE = '(hover: none)'

function subscribe(listener: () => void): () => void {
  const media = matchMedia(NO_MOUSE)
  media.addEventListener('change', listener)
  return () => media.removeEventListener('change', listener)
}
