'use client'

import { createContext, type ReactNode, useContext, useLayoutEffect, useState } from 'react'
import { visibleText } from '@/lib/model/text/visible-text'

/** Browsers show about thirty characters of a title in the tab, and all of it in lists. */
const LONGEST = 80

const Rename = createContext<(title: string | undefined) => void>(() => undefined)

interface PageTitleProps {
  /** Used unless the page names itself with `usePageTitle`. */
  readonly name: string
  readonly children: ReactNode
}

/**
 * The title of the browser tab. It is rendered above the pages, since Next removes the title that a page exports before the next page's arrives:
 * a tab would have none in between.
 */
export function PageTitle({ name, children }: PageTitleProps) {
  const [own, setOwn] = useState<string>()
  return (
    <Rename value={setOwn}>
      <title>{`${visibleText((own ?? name).slice(0, LONGEST))} · Gearboard`}</title>
      {children}
    </Rename>
  )
}

/** Names the browser tab after what the page shows; undefined keeps the page's own name. */
export function usePageTitle(title: string | undefined): void {
  const rename = useContext(Rename)
  // A layout effect is cleaned up before the next page's starts.
  useLayoutEffect(() => {
    rename(title)
    return () => rename(undefined)
  }, [rename, title])
}
