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
  /** Parts of the page that the palette finds: the query that opens each, and its name. */
  readonly tabs?: readonly { readonly query: string; readonly name: string }[]
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
    {
      slug: 'trigger',
      name: 'Trigger',
      icon: SquareTerminal,
      also: ['command', 'fire'],
      shortcut: 't',
      tabs: [{ query: 'tab=event', name: 'Test event' }],
    },
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
      tabs: [{ query: 'tab=sessions', name: 'Sessions' }],
    },
    {
      slug: 'activity',
      name: 'Activity',
      icon: ScrollText,
      also: ['audit', 'history'],
      shortcut: 'a',
      tabs: [
        { query: 'tab=errors', name: 'Errors' },
        { query: 'tab=submissions', name: 'Submissions' },
      ],
    },
  ],
]

export const NAV_ENTRIES: readonly NavEntry[] = NAV.flat()

interface Destination extends Pick<NavEntry, 'icon' | 'also'> {
  readonly name: string
  /** Below the connection: `activity?tab=errors`. */
  readonly path: string
  /** The keys that lead there; only pages have some. */
  readonly keys?: readonly string[]
}

/** Every page and its parts, for the palette. */
export const DESTINATIONS: readonly Destination[] = NAV_ENTRIES.flatMap(
  ({ slug, name, icon, also = [], shortcut, tabs = [] }) => [
    { path: slug, name, icon, also, keys: ['G', shortcut.toUpperCase()] },
    ...tabs.map((tab) => ({ path: `${slug}?${tab.query}`, name: `${name}: ${tab.name}`, icon })),
  ],
)
