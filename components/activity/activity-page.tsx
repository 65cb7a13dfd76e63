'use client'

import { useTab } from '@/components/shared/page/use-tab'
import { useMayRead } from '@/components/shared/people/use-role-block'
import { Tab, TabList, TabPanel, Tabs } from '@/components/ui/tabs'
import { AuditPanel } from './audit-panel'
import { ErrorGroupsPanel } from './errors-panel'
import { SourcesPanel } from './sources-panel'

type ActivityTab = 'actions' | 'errors' | 'submissions'
type ActivityTabs = readonly [ActivityTab, ...ActivityTab[]]
const TABS: ActivityTabs = ['actions', 'errors', 'submissions']
const WITHOUT_ACTIONS: ActivityTabs = ['errors', 'submissions']

/** History: users' actions, for roles that may read them, errors, and submitted scripts. */
export function ActivityPage() {
  const tabs = useMayRead('audit') === false ? WITHOUT_ACTIONS : TABS
  const tab = useTab(tabs)
  return (
    <Tabs {...tab} className="flex flex-col gap-3">
      <TabList aria-label="History">
        {tabs.includes('actions') && <Tab value="actions">Actions</Tab>}
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
