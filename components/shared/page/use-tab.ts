'use client'

import { parseAsStringLiteral, useQueryState } from 'nuqs'

/** The open tab, from the URL (`?tab=`), the first of `tabs` until one is chosen; in the shape that `Tabs` takes. */
export function useTab<const Name extends string>(tabs: readonly [Name, ...Name[]]) {
  const [value, setTab] = useQueryState('tab', parseAsStringLiteral(tabs).withDefault(tabs[0]))
  const onValueChange = (next: string) => {
    const chosen = tabs.find((known) => known === next)
    if (chosen) void setTab(chosen)
  }
  return { value, onValueChange }
}
