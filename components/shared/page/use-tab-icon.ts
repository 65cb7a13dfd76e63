import { useEffect } from 'react'
import { tabIcon } from './tab-icon'

/** Shows the count of failing registrations in the tab's icon, and the icon of the app again where none fail. */
export function useTabIcon(failing: number): void {
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
    if (!link || failing === 0) return
    const { href } = link
    link.href = `data:image/svg+xml,${encodeURIComponent(tabIcon(failing))}`
    return () => {
      link.href = href
    }
  }, [failing])
}
