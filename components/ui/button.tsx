'use client'

import { cva, type VariantProps } from 'class-variance-authority'
import type { LucideIcon } from 'lucide-react'
import type { ComponentProps, MouseEvent, ReactNode } from 'react'
import { cn } from './cn'
import { PageLink } from './page-link'
import { Tooltip } from './tooltip'

const button = cva(
  [
    'inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap rounded-control border font-medium transition-colors',
    'aria-disabled:cursor-not-allowed aria-disabled:opacity-50 forced-colors:aria-disabled:opacity-100 print:hidden',
  ],
  {
    variants: {
      variant: {
        default: 'border-line-strong bg-surface text-fg not-aria-disabled:hover:bg-hover',
        primary: 'keeps-fill border-accent bg-accent text-on-accent not-aria-disabled:hover:opacity-90',
        danger:
          'border-line-strong bg-surface text-failed not-aria-disabled:hover:border-failed not-aria-disabled:hover:bg-failed-tint',
        ghost: 'border-transparent text-fg-2 not-aria-disabled:hover:bg-hover not-aria-disabled:hover:text-fg',
      },
      size: {
        default: 'h-7 gap-1.5 px-2.5 max-md:h-9 max-md:px-3',
        row: 'h-6 gap-1.5 px-2 max-md:h-9 max-md:px-3',
        icon: 'size-7 max-md:size-9',
        iconRow: 'size-6 max-md:size-9',
      },
    },
    defaultVariants: { variant: 'default', size: 'default' },
  },
)

type ButtonVariants = VariantProps<typeof button>

interface ButtonProps extends Omit<ComponentProps<'button'>, 'disabled'> {
  readonly variant?: ButtonVariants['variant']
  readonly size?: 'default' | 'row'
  readonly icon?: LucideIcon
  /** Why the button cannot be pressed now. It stays visible and focusable, and shows this reason. */
  readonly disabledReason?: string
  /** Shows that the action is in progress; presses are ignored. */
  readonly pending?: boolean
}

/** A button that names its effect. One `primary` per page. */
export function Button({
  variant,
  size = 'default',
  icon: Icon,
  disabledReason,
  pending = false,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  const blocked = disabledReason !== undefined || pending
  const element = (
    <button
      {...rest}
      type={type}
      aria-disabled={blocked || undefined}
      aria-busy={pending || undefined}
      className={cn(button({ variant, size }), className)}
      onClick={blocked ? (event: MouseEvent) => event.preventDefault() : onClick}
    >
      {Icon && <Icon aria-hidden />}
      {children}
    </button>
  )
  return <Tooltip content={disabledReason}>{element}</Tooltip>
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'disabled' | 'children'> {
  /** The accessible name, and the tooltip. */
  readonly label: string
  readonly icon: LucideIcon
  readonly variant?: ButtonVariants['variant']
  readonly size?: 'default' | 'row'
  readonly disabledReason?: string
}

export function IconButton({
  label,
  icon: Icon,
  variant = 'ghost',
  size = 'default',
  disabledReason,
  className,
  onClick,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip content={disabledReason ?? label}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-disabled={disabledReason !== undefined || undefined}
        className={cn(button({ variant, size: size === 'row' ? 'iconRow' : 'icon' }), className)}
        onClick={disabledReason !== undefined ? (event: MouseEvent) => event.preventDefault() : onClick}
      >
        <Icon aria-hidden />
      </button>
    </Tooltip>
  )
}

interface LinkButtonProps extends ComponentProps<typeof PageLink> {
  readonly variant?: ButtonVariants['variant']
  readonly size?: 'default' | 'row'
  readonly icon?: LucideIcon
  readonly children: ReactNode
}

/** A link that looks like a button, for navigation. */
export function LinkButton({ variant, size, icon: Icon, className, children, ...rest }: LinkButtonProps) {
  return (
    <PageLink {...rest} className={cn(button({ variant, size }), className)}>
      {Icon && <Icon aria-hidden />}
      {children}
    </PageLink>
  )
}
