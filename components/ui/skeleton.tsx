import type { ComponentProps } from 'react'
import { cn } from './cn'

/** Holds the place of what is being loaded; give it the size of what will come. */
export function Skeleton({ className, ...rest }: ComponentProps<'div'>) {
  return <div aria-hidden {...rest} className={cn('animate-pulse rounded-chip bg-hover', className)} />
}
