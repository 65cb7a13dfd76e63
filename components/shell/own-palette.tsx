'use client'

import { ConnectionsGroup, OwnPagesGroup, useOwnActions } from './own-groups'
import { Actions, type CommandPaletteProps, Group, PaletteDialog, type PaletteSearch } from './palette'

/** On a page of no connection: connections, such pages, and actions by name. */
export const OwnPalette = ({ open, onOpenChange, ...opens }: CommandPaletteProps) => (
  <PaletteDialog open={open} onOpenChange={onOpenChange} placeholder="Connection, page or action">
    {(found) => <Groups {...found} {...opens} />}
  </PaletteDialog>
)

function Groups({ search, run, goTo, ...opens }: PaletteSearch & Pick<CommandPaletteProps, 'openHelp' | 'openAbout'>) {
  const actions = useOwnActions(search, opens)
  return (
    <>
      <ConnectionsGroup search={search} goTo={goTo} />
      <OwnPagesGroup search={search} goTo={goTo} />
      <Group heading="Actions" show={actions.length > 0}>
        <Actions actions={actions} run={run} />
      </Group>
    </>
  )
}
