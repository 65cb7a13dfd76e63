'use client'

import { Moon, Sun } from 'lucide-react'
import { Fragment } from 'react'
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu'
import { PREFERENCE_KINDS, usePreferenceChoices } from './preference-choices'

/** Theme, time zone and row height, kept in this browser. */
export function PreferencesMenu() {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger
        aria-label="Theme, time zone and rows"
        className="flex size-7 items-center justify-center rounded-control text-fg-2 transition-colors hover:bg-hover hover:text-fg max-md:size-9"
      >
        {/* Render both icons and let CSS pick one: the server does not know the theme. */}
        <Moon aria-hidden className="hidden dark:block" />
        <Sun aria-hidden className="dark:hidden" />
      </DropdownMenuTrigger>
      <DropdownMenuContent>
        <Choices />
      </DropdownMenuContent>
    </DropdownMenu>
  )
}

function Choices() {
  const choices = usePreferenceChoices()
  return PREFERENCE_KINDS.map((kind, at) => (
    <Fragment key={kind}>
      {at > 0 && <DropdownMenuSeparator />}
      <DropdownMenuLabel>{kind}</DropdownMenuLabel>
      {choices.map(
        (choice) =>
          choice.kind === kind && (
            <DropdownMenuItem
              key={choice.name}
              icon={kind === 'Theme' ? choice.icon : undefined}
              checked={choice.checked}
              disabledReason={choice.disabledReason}
              onSelect={choice.choose}
            >
              {choice.name}
            </DropdownMenuItem>
          ),
      )}
    </Fragment>
  ))
}
