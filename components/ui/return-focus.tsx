import { type RefObject, useRef, useState } from 'react'

/**
 * Gives the focus back to what had it when a Radix dialog opened, or to the page where that is gone: Radix itself knows only a dialog's own
 * trigger, and without one leaves the focus nowhere. `onCloseAutoFocus` is for the dialog's content, and `opener` for `FocusBefore` inside it.
 */
export function useReturnFocus(): {
  readonly opener: RefObject<Element | null>
  readonly onCloseAutoFocus: (event: Event) => void
} {
  const opener = useRef<Element>(null)
  return {
    opener,
    onCloseAutoFocus: (event) => {
      event.preventDefault()
      // The page that the dialog led to may have taken the focus already.
      if (document.activeElement !== document.body) return
      const { current } = opener
      const target = current?.isConnected && current !== document.body ? current : document.querySelector('main')
      if (target instanceof HTMLElement) target.focus({ preventScroll: true })
    },
  }
}

/** Notes what has the focus while the dialog renders first: later, a field with `autoFocus` has it. */
export function FocusBefore({ opener }: { readonly opener: RefObject<Element | null> }) {
  useState(() => {
    opener.current = buttonOfMenu(document.activeElement)
  })
  return null
}

/** A dialog that an entry of a menu opens came from the menu's button: the entry is gone as the menu closes. Other elements are their own. */
export function buttonOfMenu(element: Element | null): Element | null {
  const button = element?.closest('[role="menu"]')?.getAttribute('aria-labelledby')
  return button ? document.getElementById(button) : element
}
