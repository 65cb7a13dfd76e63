'use client'

import { History, Pause, Play } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { useMemo, useState } from 'react'
import { ExecutionActionDialog } from '@/components/shared/actions/execution-action-dialog'
import type { AskedExecutionAction } from '@/components/shared/actions/execution-actions'
import { matching } from '@/components/shared/matching'
import { executionPath, registrationPath } from '@/components/shared/page/paths'
import { HEALTH_LOOK, OUTCOME_LOOK, TONE_TEXT } from '@/components/shared/text/outcome'
import { useConnectionName, useExecutions, useRegistrations } from '@/lib/api/live'
import { executionName } from '@/lib/model/executions/execution-view'
import { shortenId } from '@/lib/model/text/format'
import { useCurrentCommands } from './current-commands'
import { useLiveFeed } from './live-context'
import { DESTINATIONS } from './nav'
import { ConnectionsGroup, OwnPagesGroup, useOwnActions } from './own-groups'
import { Actions, type CommandPaletteProps, Group, Item, Keys, PaletteDialog, type PaletteSearch } from './palette'
import { useRecentName } from './recent-name'
import { useRecents } from './recents'
import { useRegistrationCommands } from './registration-commands'

/** On a page of a connection: pages, registrations, executions and actions by name. */
export function CommandPalette({ open, onOpenChange, ...opens }: CommandPaletteProps) {
  const [asked, setAsked] = useState<AskedExecutionAction>()
  return (
    <>
      <PaletteDialog open={open} onOpenChange={onOpenChange} placeholder="Page, registration, execution id or action">
        {(found) => <Groups {...found} onAsk={setAsked} {...opens} />}
      </PaletteDialog>
      <ExecutionActionDialog asked={asked} onClose={() => setAsked(undefined)} />
    </>
  )
}

interface GroupsProps extends PaletteSearch, Pick<CommandPaletteProps, 'openHelp' | 'openAbout'> {
  readonly onAsk: (asked: AskedExecutionAction) => void
}

function Groups({ search, run, goTo, onAsk, ...opens }: GroupsProps) {
  const connection = useConnectionName()
  const { mode, pause, resume } = useLiveFeed()
  const executions = useExecutions()
  const registrations = useRegistrations()

  const registrationActions = useRegistrationCommands(registrations, search)
  const here = usePathname().split('/').slice(2).join('/')
  const current = matching(useCurrentCommands(onAsk), search, ({ name }) => name)
  const nameOf = useRecentName(registrations, executions)
  const [recents] = useRecents()
  const recent = search ? [] : recents.filter((path) => path !== here).slice(0, RECENT)
  const pages = matching(DESTINATIONS, search, ({ name, also = [] }) => [name, ...also].join(' '), DESTINATIONS.length)
  const ownActions = useOwnActions(search, opens)
  const liveActions = [
    mode === 'paused'
      ? { name: 'Resume live data', icon: Play, act: resume }
      : { name: 'Pause live data', icon: Pause, act: pause },
  ]
  const actions = [...ownActions, ...matching(liveActions, search, ({ name }) => name)]
  const foundRegistrations = useMemo(
    () => matching(registrations ?? [], search, (r) => `${r.name} ${r.reader} ${r.health} ${r.id}`),
    [registrations, search],
  )
  // List no executions before the user types: there may be thousands.
  const foundExecutions = useMemo(
    // The list is in the order of their first appearance.
    () =>
      search
        ? matching(newestFirst(executions ?? []), search, (e) => `${e.id} ${e.outcome} ${executionName(e) ?? ''}`)
        : [],
    [executions, search],
  )
  return (
    <>
      <Group heading="This page" show={current.length > 0}>
        {current.map(({ name, icon: Icon, act }) => (
          <Item
            key={name}
            value={`current ${name}`}
            onSelect={'path' in act ? goTo(act.path) : run(act.run)}
            icon={<Icon aria-hidden />}
          >
            {name}
          </Item>
        ))}
      </Group>
      <Group heading="Recent" show={recent.length > 0}>
        {recent.map((path) => (
          <Item
            key={path}
            value={`recent ${path}`}
            onSelect={goTo(`/${encodeURIComponent(connection)}/${path}`)}
            icon={<History aria-hidden />}
          >
            {nameOf(path)}
          </Item>
        ))}
      </Group>
      <Group heading="Pages" show={pages.length > 0}>
        {pages.map(({ path, name, icon: Icon, keys }) => (
          <Item
            key={path}
            value={`page ${path}`}
            onSelect={goTo(`/${encodeURIComponent(connection)}/${path}`)}
            icon={<Icon aria-hidden />}
            note={keys && <Keys keys={keys} />}
          >
            {name}
          </Item>
        ))}
      </Group>
      <ConnectionsGroup search={search} goTo={goTo} except={connection} />
      <OwnPagesGroup search={search} goTo={goTo} />
      <Group heading="Registrations" show={foundRegistrations.length > 0}>
        {foundRegistrations.map((r) => {
          const { icon: Icon, tone, word } = HEALTH_LOOK[r.health]
          return (
            <Item
              key={r.key}
              value={`registration ${r.key}`}
              onSelect={goTo(registrationPath(connection, r.key))}
              icon={<Icon aria-label={word} className={TONE_TEXT[tone]} />}
              note={r.reader}
            >
              {r.name}
            </Item>
          )
        })}
      </Group>
      <Group heading="Executions" show={foundExecutions.length > 0}>
        {foundExecutions.map((e) => {
          const { icon: Icon, tone, word } = OUTCOME_LOOK[e.outcome]
          return (
            <Item
              key={e.key}
              value={`execution ${e.key}`}
              onSelect={goTo(executionPath(connection, e.key))}
              icon={<Icon aria-label={word} className={TONE_TEXT[tone]} />}
              note={<span className="font-mono">{shortenId(e.id)}</span>}
            >
              {executionName(e) ?? 'execution'}
            </Item>
          )
        })}
      </Group>
      <Group heading="Actions" show={actions.length + registrationActions.length > 0}>
        {registrationActions.map(({ name, icon: Icon, path }) => (
          <Item key={path} value={`action ${path}`} onSelect={goTo(path)} icon={<Icon aria-hidden />}>
            {name}
          </Item>
        ))}
        <Actions actions={actions} run={run} />
      </Group>
    </>
  )
}

const RECENT = 5

function* newestFirst<T>(items: readonly T[]): Generator<T> {
  for (let at = items.length - 1; at >= 0; at--) {
    const item = items[at]
    if (item !== undefined) yield item
  }
}
