import { useLayoutEffect } from 'react'
import { visibleText } from '@/lib/model/text/visible-text'

/** Browsers show some thirty characters of a tab's title, and all of it in a list. */
const LONGEST = 80

/** Names the tab after what its page shows; undefined: as the page is called. */
export function usePageTitle(title: string | undefined): void {
  // The page's own title may come after it; a layout effect ends before the next page's does.
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
