import { useLayoutEffect } from 'react'
import { visibleText } from '@/lib/model/text/visible-text'

/** Browsers show about thirty characters of a title in the tab, and all of it in lists. */
const LONGEST = 80

/** Names the browser tab after what the page shows; undefined keeps the page's own name. */
export function usePageTitle(title: string | undefined): void {
  // The page's own title may be set later. A layout effect is cleaned up before the next page's starts.
  useLayoutEffect(() => {
    if (title === undefined) return
    const wanted = `${visibleText(title.slice(0, LONGEST))} · Gearboard`
    const name = () => {
      if (document.title !== wanted) document.title = wanted
    }
    name()
    const observer = new MutationObserver(name)
    observer.observe(document.head, { childList: true, subtree: true, characterData: true })
    return () => observer.disconnect()
  }, [title])
}
