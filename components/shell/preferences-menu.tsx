'use client'

import { useQuery } from '@tanstack/react-query'
import { Moon, Sun } from 'lucide-react'
import { useTheme } from 'next-themes'
import { DENSITIES, type Density, TIMES, type Times, usePreferences } from '@/components/shared/preferences'
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu'
import { endpointQuery } from '@/lib/api/query'
import { THEMES } from './theme'

const TIMES_WORDS: Readonly<Record<Times, string>> = { local: 'Local time', utc: 'UTC', server: 'Gearboard’s server' }
const DENSITY_WORDS: Readonly<Record<Density, string>> = { compact: 'Compact', normal: 'Normal', roomy: 'Roomy' }

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
  const { theme, setTheme } = useTheme()
  const [{ times, density }, change] = usePreferences()
  const { data: about } = useQuery(endpointQuery('about'))
  return (
    <>
      <DropdownMenuLabel>Theme</DropdownMenuLabel>
      {THEMES.map(({ value, name, icon }) => (
        <DropdownMenuItem key={value} icon={icon} checked={theme === value} onSelect={() => setTheme(value)}>
          {name}
        </DropdownMenuItem>
      ))}
      <DropdownMenuSeparator />
      <DropdownMenuLabel>Times</DropdownMenuLabel>
      {TIMES.map((value) => (
        <DropdownMenuItem
          key={value}
          checked={times === value}
          disabledReason={value === 'server' && !about ? 'Loading its time zone…' : undefined}
          onSelect={() => change((now) => ({ ...now, times: value, serverZone: about?.timeZone ?? now.serverZone }))}
        >
          {TIMES_WORDS[value]}
          {value === 'server' && about && ` (${about.timeZone})`}
        </DropdownMenuItem>
      ))}
      <DropdownMenuSeparator />
      <DropdownMenuLabel>Rows of lists</DropdownMenuLabel>
      {DENSITIES.map((value) => (
        <DropdownMenuItem
          key={value}
          checked={density === value}
          onSelect={() => change((now) => ({ ...now, density: value }))}
        >
          {DENSITY_WORDS[value]}
        </DropdownMenuItem>
      ))}
    </>
  )
}
