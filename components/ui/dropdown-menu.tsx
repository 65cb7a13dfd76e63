'use client'

import { Check, type LucideIcon } from 'lucide-react'
import { DropdownMenu as Radix } from 'radix-ui'
import { type ComponentProps, type ReactNode, useCallback, useState } from 'react'
import { bounded } from './bounded'
import { cn } from './cn'
import { buttonOfMenu } from './return-focus'

/** Not `modal`: Radix would hide the page from assistive technology while links and fields in it can still take the focus. */
export const DropdownMenu = (props: Omit<ComponentProps<typeof Radix.Root>, 'modal'>) => (
  <Radix.Root {...props} modal={false} />
)
export const DropdownMenuTrigger = Radix.Trigger

export function DropdownMenuContent({ className, onCloseAutoFocus, ...rest }: ComponentProps<typeof Radix.Content>) {
  const [container, setContainer] = useState<Element | null>(null)
  return (
    <>
      <span hidden ref={useCallback((here: Element | null) => setContainer(containerOf(here)), [])} />
      <Radix.Portal container={container}>
        <div>
          {/* A press outside the menu closes it, and reaches nothing under it. */}
          <div className="pointer-events-auto fixed inset-0 z-50" />
          <Radix.Content
            sideOffset={4}
            collisionPadding={8}
            align="end"
            {...rest}
            onCloseAutoFocus={(event) => {
              onCloseAutoFocus?.(event)
              if (!event.defaultPrevented) focusButton(event.currentTarget)
            }}
            className={cn(
              'z-50 min-w-44 animate-enter rounded-control border border-line-strong bg-raised p-1',
              className,
            )}
          />
        </div>
      </Radix.Portal>
    </>
  )
}

/**
 * Menus are in the page's main landmark: what is outside all of them is missed by those who go from one to the next. The menu of a dialog is in
 * that dialog, which hides the rest of the page.
 */
const containerOf = (place: Element | null): Element | null =>
  place?.closest('[role="dialog"]') ?? document.querySelector('main')

/** After a press outside the menu, Radix leaves the focus on no control. */
function focusButton(menu: EventTarget | null): void {
  const { activeElement } = document
  if (!(menu instanceof Element) || !(activeElement === document.body || activeElement?.matches('main'))) return
  const button = buttonOfMenu(menu)
  if (button instanceof HTMLElement) button.focus()
}

interface DropdownMenuItemProps {
  readonly icon?: LucideIcon
  readonly children: ReactNode
  readonly onSelect: () => void
  readonly danger?: boolean
  /** Marks the chosen one of several. */
  readonly checked?: boolean
  /** The menu stays open, for further choices. */
  readonly keepsOpen?: boolean
  /** Why it cannot be chosen now; shown under its name. */
  readonly disabledReason?: string
}

export function DropdownMenuItem({
  icon: Icon,
  children,
  onSelect,
  danger = false,
  checked,
  keepsOpen = false,
  disabledReason,
}: DropdownMenuItemProps) {
  return (
    <Radix.Item
      onSelect={(event) => {
        if (keepsOpen || disabledReason !== undefined) event.preventDefault()
        if (disabledReason === undefined) onSelect()
      }}
      aria-disabled={disabledReason !== undefined || undefined}
      className={cn(
        'flex min-h-7 select-none items-center gap-2 rounded-chip px-2 py-1 outline-none data-highlighted:bg-hover max-md:min-h-9',
        danger && 'text-failed',
        disabledReason !== undefined && 'cursor-not-allowed text-fg-3',
      )}
    >
      {Icon && <Icon aria-hidden />}
      <span className="flex-1">
        {bounded(children)}
        {disabledReason !== undefined && <span className="block text-small">{disabledReason}</span>}
      </span>
      {checked && <Check aria-label="chosen" />}
    </Radix.Item>
  )
}

export function DropdownMenuLabel({ children }: { readonly children: ReactNode }) {
  return <Radix.Label className="px-2 py-1 text-fg-3 text-small">{children}</Radix.Label>
}

export function DropdownMenuSeparator() {
  return <Radix.Separator className="-mx-1 my-1 h-px bg-line" />
}
