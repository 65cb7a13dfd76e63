import { useSyncExternalStore } from 'react'

let printing = false

function subscribe(listener: () => void): () => void {
  const set = (now: boolean) => () => {
    printing = now
    listener()
  }
  const [begins, ends] = [set(true), set(false)]
  addEventListener('beforeprint', begins)
  addEventListener('afterprint', ends)
  return () => {
    removeEventListener('beforeprint', begins)
    removeEventListener('afterprint', ends)
  }
}

/** Whether the page is being printed. The browser waits for the listeners of `beforeprint`, so React renders first. */
export const usePrinting = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => printing,
    () => false,
  )
