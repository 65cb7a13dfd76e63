'use client'

import { createContext, type ReactNode, useContext, useLayoutEffect, useState } from 'react'
import { useFailingCount } from '@/components/shared/registrations/use-failing-count'
import { useConnectionState } from '@/lib/api/live'
import { knownAs } from '@/lib/model/connection/connection'
import { visibleText } from '@/lib/model/text/visible-text'
import { useTabIcon } from './use-tab-icon'

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
      <TabTitle page={own ?? name} />
      {children}
    </Rename>
  )
}

/** Apart from the pages: the count of failing registrations changes while they do not. */
function TabTitle({ page }: { readonly page: string }) {
  const state = useConnectionState()
  const failing = useFailingCount() ?? 0
  useTabIcon(failing)
  const parts = [visibleText(page.slice(0, LONGEST)), ...(state ? [visibleText(knownAs(state))] : []), 'Gearboard']
  return <title>{`${failing > 0 ? `(${failing}) ` : ''}${parts.join(' · ')}`}</title>
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
