import { type RefCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { flushSync } from 'react-dom'

interface Pointing {
  /** The ref of the element. */
  readonly area: RefCallback<HTMLElement>
  /** The pointer is over it, or the focus is in it. */
  readonly pointing: boolean
  /** A finger has been on it. */
  readonly touched: boolean
}

/** Whether the user is about to act on what an element shows. */
export function usePointing(): Pointing {
  const [element, area] = useState<HTMLElement | null>(null)
  const [touched, setTouched] = useState(false)
  const [over, setOver] = useState(false)
  const [focused, setFocused] = useState(false)
  // React's own enter events miss an element that appears under a resting pointer, for example after going back to a page.
  useEffect(() => {
    if (!element) return
    const events = new AbortController()
    const { signal } = events
    let inside = false
    const enter = ({ pointerType }: PointerEvent) => {
      if (pointerType === 'touch') setTouched(true)
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
    return () => {
      events.abort()
      // Neither event comes for an element that leaves the page.
      setOver(false)
      setFocused(false)
    }
  }, [element])
  // No event comes where the focused element leaves the page, as a button does that its own click hides.
  useEffect(() => {
    if (focused && !element?.contains(document.activeElement)) setFocused(false)
  })
  return { area, pointing: over || focused, touched }
}

/** Whether rows hold: while the user is about to act on them. A finger gives no sign before it touches: where there is no mouse, always. */
export function useHolding(): Pick<Pointing, 'area'> & { readonly holding: boolean } {
  const withoutMouse = useSyncExternalStore(
    subscribe,
    () => matchMedia(NO_MOUSE).matches,
    () => false,
  )
  const { area, pointing, touched } = usePointing()
  return { area, holding: withoutMouse || touched || pointing }
}

const NO_MOUSE = '(hover: none)'

function subscribe(listener: () => void): () => void {
  const media = matchMedia(NO_MOUSE)
  media.addEventListener('change', listener)
  return () => media.removeEventListener('change', listener)
}
