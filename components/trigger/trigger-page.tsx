'use client'

import { useTab } from '@/components/shared/page/use-tab'
import { Tab, TabList, TabPanel, Tabs } from '@/components/ui/tabs'
import { CommandTab } from './command-tab'
import { InjectorTab } from './injector/injector-tab'

const TABS = ['command', 'event'] as const

/** Makes registrations run: those on a CommandReader by calling them, the others by an event. */
export function TriggerPage() {
  const tab = useTab(TABS)
  return (
    <Tabs {...tab} className="flex flex-col gap-3">
      <TabList aria-label="What to trigger">
        <Tab value="command">Command</Tab>
        <Tab value="event">Event injector</Tab>
      </TabList>
      <TabPanel value="command" className="flex flex-col gap-3">
        <CommandTab />
      </TabPanel>
      <TabPanel value="event" className="flex flex-col gap-3">
        <InjectorTab />
      </TabPanel>
    </Tabs>
  )
}
