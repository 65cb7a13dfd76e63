'use client'

import { useQuery } from '@tanstack/react-query'
import { Package, Upload, Waypoints } from 'lucide-react'
import { parseAsString, useQueryState } from 'nuqs'
import { useMemo, useState } from 'react'
import { CopyAsCli } from '@/components/shared/command/copy-as-cli'
import { useWriteBlock } from '@/components/shared/command/write-block'
import { IgnoredDatabase } from '@/components/shared/page/ignored-database'
import { PageHeader } from '@/components/shared/page/page-header'
import { useReportSlowReads } from '@/components/shared/page/slow-reads'
import { useTab } from '@/components/shared/page/use-tab'
import { REFRESH_FAILED } from '@/components/shared/text/words'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Tab, TabList, TabPanel, Tabs } from '@/components/ui/tabs'
import { describeError } from '@/lib/api/call'
import { useConnectionName, useConnectionState, useRegistrations, useShards } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { silenceBlocks } from '@/lib/model/cluster/silence'
import { requirementRows, sessionRows } from '@/lib/model/environment/environment-view'
import { environmentHeadline, environmentSecond } from './environment-headline'
import { ImportDialog } from './import-dialog'
import { RequirementsPanel } from './requirements-panel'
import { SessionsPanel } from './sessions-panel'

/** Sessions and requirements come and go with registrations, ms. */
const REFRESH_MS = 5000
const TABS = ['requirements', 'sessions'] as const

/** What the functions run in: the requirements of every shard, and the sessions that hold them. */
export function EnvironmentPage() {
  const connection = useConnectionName()
  const old = useConnectionState()?.capability?.generation === '1.0'
  const tab = useTab(TABS)
  const [open, setOpen] = useQueryState('open', parseAsString)
  const [importing, setImporting] = useState(false)
  const registrations = useRegistrations()
  const shards = useShards()
  const blocked = useWriteBlock('develop') ?? silenceBlocks(shards ?? [], 'install')
  const asked = { refetchInterval: REFRESH_MS }
  const requirements = useQuery({ ...endpointQuery('requirements', { connection }), ...asked })
  const sessions = useQuery({ ...endpointQuery('sessions', { connection }), ...asked, enabled: !old })
  useReportSlowReads(requirements.data, sessions.data)
  // Version 1.0 lists no sessions. They may have been asked for before the version was known: an answer without any is not zero sessions.
  const sessionList = useMemo(
    () => (sessions.data && !old ? sessionRows(sessions.data.shards) : undefined),
    [sessions.data, old],
  )
  const requirementList = useMemo(
    () => requirements.data && requirementRows(requirements.data.shards, sessionList ?? [], registrations),
    [requirements.data, sessionList, registrations],
  )
  const commands =
    tab.value === 'sessions' ? [['RG.PYDUMPSESSIONS'], ['RG.PYDUMPSESSIONS', 'DEAD']] : [['RG.PYDUMPREQS']]
  const error = requirements.error ?? sessions.error
  const silent = (requirements.data?.shards ?? []).flatMap((answer) => ('error' in answer ? [answer] : []))
  return (
    <>
      <PageHeader
        headline={
          requirementList
            ? environmentHeadline(requirementList, sessionList)
            : error
              ? 'Cannot load the environment.'
              : undefined
        }
        longSecond
        second={requirementList && environmentSecond(requirementList, sessionList)}
        actionsLast
        actions={
          <>
            <CopyAsCli commands={commands.map((words) => ({ words, on: 'every' }))} />
            <Button icon={Upload} disabledReason={blocked} onClick={() => setImporting(true)}>
              Import a bundle
            </Button>
          </>
        }
      />
      <IgnoredDatabase />
      {error && (
        <Banner tone="failed" title={REFRESH_FAILED}>
          {describeError(error)}
        </Banner>
      )}
      {silent.map(({ shard, error: why }) => (
        <Banner key={shard.key} tone="silent" title={`${shard.address} did not report its requirements`}>
          {why.message}
        </Banner>
      ))}
      <Tabs
        value={tab.value}
        onValueChange={(next) => {
          void setOpen(null)
          tab.onValueChange(next)
        }}
      >
        <TabList aria-label="Environment">
          <Tab value="requirements" icon={Package} count={requirementList?.length}>
            Requirements
          </Tab>
          <Tab value="sessions" icon={Waypoints} count={sessionList?.length}>
            Sessions
          </Tab>
        </TabList>
        <TabPanel value="requirements" className="mt-3 flex flex-col gap-3">
          <RequirementsPanel rows={requirementList} open={open} onOpen={setOpen} />
        </TabPanel>
        <TabPanel value="sessions" className="mt-3 flex flex-col gap-3">
          <SessionsPanel rows={sessionList} old={old} open={open} onOpen={setOpen} />
        </TabPanel>
      </Tabs>
      <ImportDialog open={importing} onOpenChange={setImporting} blocked={blocked} />
    </>
  )
}
