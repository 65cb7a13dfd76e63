'use client'

import { useTab } from '@/components/shared/page/use-tab'
import { Tab, TabList, TabPanel, Tabs } from '@/components/ui/tabs'
import { AuditPanel } from './audit-panel'
import { ErrorGroupsPanel } from './errors-panel'
import { SourcesPanel } from './sources-panel'

const TABS = ['actions', 'errors', 'submissions'] as const

/** History: users' actions, errors, and submitted scripts. */
export function ActivityPage() {
  const tab = useTab(TABS)
  return (
    <Tabs {...tab} className="flex flex-col gap-3">
      <TabList aria-label="History">
        <Tab value="actions">Actions</Tab>
        <Tab value="errors">Errors</Tab>
        <Tab value="submissions">Submissions</Tab>
      </TabList>
      <TabPanel value="actions" className="flex flex-col gap-3">
        <AuditPanel />
      </TabPanel>
      <TabPanel value="errors" className="flex flex-col gap-3">
        <ErrorGroupsPanel />
      </TabPanel>
      <TabPanel value="submissions" className="flex flex-col gap-3">
        <SourcesPanel />
      </TabPanel>
    </Tabs>
  )
}
