import { cn } from '@/components/ui/cn'

/** A cog in a rounded square. */
export function Logo({ className }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 20 20" aria-hidden className={cn('size-5', className)} fill="none" stroke="currentColor">
      <rect x="1" y="1" width="18" height="18" rx="4.5" strokeWidth="1.5" />
      <circle cx="10" cy="10" r="4.25" strokeWidth="1.5" />
      <circle cx="10" cy="10" r="1.25" fill="currentColor" stroke="none" />
      <path
        d="M10 3.75v2M10 14.25v2M3.75 10h2M14.25 10h2M5.6 5.6 7 7M13 13l1.4 1.4M5.6 14.4 7 13M13 7l1.4-1.4"
        strokeWidth="1.5"
        strokeLinecap="round"
      />
    </svg>
  )
}
