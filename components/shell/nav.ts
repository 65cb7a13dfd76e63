import {
  Code,
  Gauge,
  LayoutDashboard,
  ListTree,
  type LucideIcon,
  MemoryStick,
  Network,
  Package,
  ScrollText,
  SlidersHorizontal,
  SquareTerminal,
  Zap,
} from 'lucide-react'

export interface NavEntry {
  /** Last part of the address: `/default/overview`. */
  readonly slug: string
  readonly name: string
  /** What one of its list is called, where each has a page of its own: `/default/executions/0000…-1`. */
  readonly one?: string
  readonly icon: LucideIcon
  /** Other words that find it in the palette. */
  readonly also?: readonly string[]
  /** Second key after `g`. */
  readonly shortcut: string
}

/** Every page, in groups: sidebar, palette and shortcuts follow this list. */
export const NAV: readonly (readonly NavEntry[])[] = [
  [
    { slug: 'overview', name: 'Overview', icon: LayoutDashboard, also: ['home', 'attention'], shortcut: 'o' },
    {
      slug: 'executions',
      name: 'Executions',
      one: 'Execution',
      icon: ListTree,
      also: ['runs', 'abort', 'drop'],
      shortcut: 'e',
    },
    {
      slug: 'registrations',
      name: 'Registrations',
      one: 'Registration',
      icon: Zap,
      also: ['functions', 'unregister'],
      shortcut: 'r',
    },
  ],
  [
    { slug: 'trigger', name: 'Trigger', icon: SquareTerminal, also: ['command', 'fire'], shortcut: 't' },
    { slug: 'editor', name: 'Editor', icon: Code, also: ['submit', 'python', 'script'], shortcut: 'd' },
  ],
  [
    { slug: 'memory', name: 'Memory', icon: MemoryStick, also: ['pystats'], shortcut: 'm' },
    {
      slug: 'profiler',
      name: 'Profiler',
      icon: Gauge,
      also: ['pyprofile', 'slow', 'steps', 'flame graph'],
      shortcut: 'p',
    },
    { slug: 'cluster', name: 'Cluster', icon: Network, also: ['shards', 'slots', 'refresh'], shortcut: 'c' },
    { slug: 'config', name: 'Configuration', icon: SlidersHorizontal, also: ['configget', 'settings'], shortcut: 'f' },
    {
      slug: 'environment',
      name: 'Environment',
      icon: Package,
      also: ['requirements', 'wheels', 'sessions'],
      shortcut: 'n',
    },
    { slug: 'activity', name: 'Activity', icon: ScrollText, also: ['audit', 'errors', 'history'], shortcut: 'a' },
  ],
]

export const NAV_ENTRIES: readonly NavEntry[] = NAV.flat()
