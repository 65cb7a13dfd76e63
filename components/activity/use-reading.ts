'use client'

import { type FocusEvent, type PointerEvent, useState, useSyncExternalStore } from 'react'

const NO_MOUSE = '(hover: none)'

function followMouse(changed: () => void): () => void {
  const media = matchMedia(NO_MOUSE)
  media.addEventListener('change', changed)
  return () => media.removeEventListener('change', changed)
}

/**
 * Whether a person reads or uses what is inside: the pointer is over it, or the focus in it; always where there is no mouse.
 * `area` are the props of the element around it.
 */
export function useReading() {
  const [pointed, setPointed] = useState(false)
  const [focused, setFocused] = useState(false)
  const mouseless = useSyncExternalStore(
    followMouse,
    () => matchMedia(NO_MOUSE).matches,
    () => true,
  )
  return {
    reading: pointed || focused || mouseless,
    area: {
      onPointerEnter: ({ pointerType }: PointerEvent) => setPointed(pointerType === 'mouse'),
      onPointerLeave: () => setPointed(false),
      onFocus: () => setFocused(true),
      onBlur: ({ currentTarget, relatedTarget }: FocusEvent) =>
        setFocused(relatedTarget instanceof Node && currentTarget.contains(relatedTarget)),
    },
  }
}
