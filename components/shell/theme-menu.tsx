'use client'

import { Moon, Sun } from 'lucide-react'
import { useTheme } from 'next-themes'
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from '@/components/ui/dropdown-menu'
import { THEMES } from './theme'

export function ThemeMenu() {
  const { theme, setTheme } = useTheme()
  return (
    <DropdownMenu>
      <DropdownMenuTrigger
        aria-label="Theme"
        className="flex size-7 items-center justify-center rounded-control text-fg-2 transition-colors hover:bg-hover hover:text-fg max-md:size-9"
      >
        {/* Render both icons and let CSS pick one: the server does not know the theme. */}
        <Moon aria-hidden className="hidden dark:block" />
        <Sun aria-hidden className="dark:hidden" />
      </DropdownMenuTrigger>
      <DropdownMenuContent>
        {THEMES.map(({ value, name, icon }) => (
          <DropdownMenuItem key={value} icon={icon} checked={theme === value} onSelect={() => setTheme(value)}>
            {name}
          </DropdownMenuItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
