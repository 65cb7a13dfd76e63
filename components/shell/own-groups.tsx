'use client'

import { useQuery } from '@tanstack/react-query'
import { CircleQuestionMark, Info, Link as LinkIcon, Plus, SunMoon } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { matching } from '@/components/shared/matching'
import { copyLink } from '@/components/shared/page/copy-link'
import { useOwnAdmin } from '@/components/shared/people/use-may-add-connections'
import { CONNECTION_LOOK } from '@/components/shared/text/connection-look'
import { TONE_TEXT } from '@/components/shared/text/outcome'
import { endpointQuery } from '@/lib/api/query'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { visibleText } from '@/lib/model/text/visible-text'
import { useOwnNav } from './own-nav'
import { type CommandPaletteProps, Group, Item, Keys, type PaletteAction, type PaletteSearch } from './palette'
import { usePreferenceChoices } from './preference-choices'
import { useToggleTheme } from './theme'

type Found = Pick<PaletteSearch, 'search' | 'goTo'>

/** @param except the connection whose page is open */
export function ConnectionsGroup({ search, goTo, except }: Found & { readonly except?: string }) {
  const { data } = useQuery(endpointQuery('connections'))
  const others = (data?.connections ?? []).filter(({ name }) => name !== except)
  const connections = matching(others, search, ({ name, label = '', address, labels }) =>
    ['connection', name, label, address, ...labels].join(' '),
  )
  return (
    <Group heading="Connections" show={connections.length > 0}>
      {connections.map(({ name, label, status, production }) => {
        const { icon: Icon, tone, word } = CONNECTION_LOOK[status]
        return (
          <Item
            key={name}
            value={`connection ${name}`}
            onSelect={goTo(`/${encodeURIComponent(name)}/overview`)}
            icon={<Icon aria-label={word} className={TONE_TEXT[tone]} />}
            note={production && 'production'}
          >
            {visibleText(label ?? name, NAME_CHARS)}
          </Item>
        )
      })}
    </Group>
  )
}

/** The pages that belong to no connection. */
export function OwnPagesGroup({ search, goTo }: Found) {
  const { data } = useQuery(endpointQuery('connections'))
  // Of one connection there is no list: the root opens it.
  const isOne = data?.connections.length === 1
  const listed = useOwnNav().flatMap(({ pages }) => pages.filter(({ path }) => path !== '/' || !isOne))
  const pages = matching(listed, search, ({ fullName, also = [] }) => [fullName, ...also].join(' '), listed.length)
  return (
    <Group heading="Gearboard" show={pages.length > 0}>
      {pages.map(({ path, fullName, icon: Icon, shortcut }) => (
        <Item
          key={path}
          value={`page ${path}`}
          onSelect={goTo(path)}
          icon={<Icon aria-hidden />}
          note={shortcut && <Keys keys={['G', shortcut.toUpperCase()]} />}
        >
          {fullName}
        </Item>
      ))}
    </Group>
  )
}

/** Actions that every page has, as far as they match. */
export function useOwnActions(
  search: string,
  { openHelp, openAbout }: Pick<CommandPaletteProps, 'openHelp' | 'openAbout'>,
): readonly PaletteAction[] {
  const router = useRouter()
  const toggleTheme = useToggleTheme()
  const isAdmin = useOwnAdmin()
  const choices = usePreferenceChoices()
  const actions: readonly PaletteAction[] = [
    ...(isAdmin
      ? [{ name: 'Add connection', icon: Plus, act: () => router.push('/settings/connections?add=true') }]
      : []),
    { name: 'Switch between light and dark', icon: SunMoon, act: toggleTheme },
    { name: 'Copy link to this page', icon: LinkIcon, act: () => void copyLink() },
    { name: 'Keyboard shortcuts', icon: CircleQuestionMark, act: openHelp, keys: ['?'] },
    { name: 'About Gearboard', icon: Info, act: openAbout },
  ]
  // So many choices are listed only once somebody looks for one.
  const chosen = search === '' ? [] : choices.filter(({ disabledReason }) => disabledReason === undefined)
  const all = [
    ...actions,
    ...chosen.map(({ kind, name, icon, choose }) => ({ name: `${kind}: ${name}`, icon, act: choose })),
  ]
  return matching(all, search, ({ name }) => name, all.length)
}
