'use client'

import type { LucideIcon } from 'lucide-react'
import { Tabs as Radix } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn'

/** `Tabs` > `TabList` > `Tab`, then one `TabPanel` per tab. Radix handles arrows, Home and End. */
export const Tabs = Radix.Root

export function TabList({ className, ...rest }: ComponentProps<typeof Radix.List>) {
  return <Radix.List {...rest} className={cn('flex items-stretch gap-5 border-line border-b', className)} />
}

interface TabProps extends Omit<ComponentProps<typeof Radix.Trigger>, 'children'> {
  readonly icon?: LucideIcon
  readonly count?: number
  readonly children: ReactNode
}

export function Tab({ icon: Icon, count, children, className, ...rest }: TabProps) {
  return (
    <Radix.Trigger
      {...rest}
      className={cn(
        '-mb-px flex h-9 items-center gap-1.5 border-transparent border-b-2 text-fg-2 transition-colors hover:text-fg',
        'data-[state=active]:border-accent data-[state=active]:font-semibold data-[state=active]:text-fg',
        className,
      )}
    >
      {Icon && <Icon aria-hidden />}
      {children}
      {count !== undefined && <span className="font-normal text-fg-3">{count}</span>}
    </Radix.Trigger>
  )
}

export function TabPanel({ className, ...rest }: ComponentProps<typeof Radix.Content>) {
  return <Radix.Content {...rest} className={cn('outline-offset-[-2px]', className)} />
}
