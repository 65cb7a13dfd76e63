import { useEffect } from 'react'
import { visibleText } from '@/lib/model/visible-text'

/** Browsers show some thirty characters of a tab's title, and all of it in a list. */
const LONGEST = 80

/** Names the tab after what its page shows; undefined: as the page is called. */
export function usePageTitle(title: string | undefined): void {
  useEffect(() => {
    if (title !== undefined) document.title = `${visibleText(title.slice(0, LONGEST))} · Gearboard`
  }, [title])
}
