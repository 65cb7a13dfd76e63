'use client'

import Link from 'next/link'
import { type ComponentProps, useState } from 'react'

/**
 * A link to another page of Gearboard. Next would fetch the target of every visible link as a page loads, some 20 to 30 requests; this fetches it
 * when somebody points at the link, touches it or moves the focus to it.
 */
export function PageLink({
  onMouseEnter,
  onTouchStart,
  onFocus,
  ...rest
}: Omit<ComponentProps<typeof Link>, 'prefetch'>) {
  const [wanted, setWanted] = useState(false)
  return (
    <Link
      {...rest}
      prefetch={wanted ? null : false}
      onMouseEnter={(event) => {
        setWanted(true)
        onMouseEnter?.(event)
      }}
      onTouchStart={(event) => {
        setWanted(true)
        onTouchStart?.(event)
      }}
      onFocus={(event) => {
        setWanted(true)
        onFocus?.(event)
      }}
    />
  )
}
