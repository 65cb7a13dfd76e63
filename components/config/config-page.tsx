'use client'

import { CONFIG_KEYS } from '@gearboard/gears/vocabulary/config-keys'
import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { parseAsString, useQueryState } from 'nuqs'
import { useState } from 'react'
import { CopyAsCli } from '@/components/shared/command/copy-as-cli'
import { useWriteBlock } from '@/components/shared/command/write-block'
import { PageHeader } from '@/components/shared/page/page-header'
import { useReportSlowReads } from '@/components/shared/page/slow-reads'
import { REFRESH_FAILED } from '@/components/shared/text/words'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { Skeleton } from '@/components/ui/skeleton'
import { describeError } from '@/lib/api/call'
import { useConnectionName } from '@/lib/api/live'
import { endpointQuery } from '@/lib/api/query'
import { type ConfigRow, configRow, configRows } from '@/lib/model/environment/config-view'
import { AddKeyDialog } from './add-key-dialog'
import { configHeadline, configSecond } from './config-headline'
import { ConfigTable } from './config-table'
import { EditKeyDialog } from './edit-key-dialog'
import { RedisAccess } from './redis-access'
import { type ConfigChange, UndoBanner } from './undo-banner'
import { useUserKeys } from './use-user-keys'

/** The keys are known before their values: what is read moves nothing. */
const UNREAD = configRows([])

/** Others may change a value too, ms. */
const REFRESH_MS = 10_000

/** RG.CONFIGGET of every shard, and RG.CONFIGSET. */
export function ConfigPage() {
  const connection = useConnectionName()
  const { names, remember, forget } = useUserKeys(connection)
  const { data, error } = useQuery({
    ...endpointQuery('config', { connection, keys: names.length > 0 ? names.join(',') : undefined }),
    refetchInterval: REFRESH_MS,
    placeholderData: (before) => before,
  })
  useReportSlowReads(data)
  const blocked = useWriteBlock('admin')
  // In the address: other pages lead to the key that helps.
  const [editedKey, setEditedKey] = useQueryState('key', parseAsString)
  const [adding, setAdding] = useState(false)
  const [change, setChange] = useState<ConfigChange>()
  const rows = data && configRows(data.shards)
  const userRows = data && names.map((name) => configRow(name, data.shards))
  const settable = rows?.filter(({ key }) => key?.runtime)
  const edited = [...(settable ?? []), ...(userRows ?? [])].find(({ name }) => name === editedKey)
  const edit = ({ name }: ConfigRow) => void setEditedKey(name)
  const keys = [...CONFIG_KEYS.map(({ name }) => name), ...names]
  return (
    <>
      <PageHeader
        headline={rows ? configHeadline(rows) : error ? 'Cannot load the configuration.' : undefined}
        second={rows && data ? configSecond(rows, data.shards) : undefined}
        longSecond
        actionsLast
        actions={<CopyAsCli commands={[{ words: ['RG.CONFIGGET', ...keys], on: 'every' }]} />}
      />
      {error && (
        <Banner tone="failed" title={REFRESH_FAILED}>
          {describeError(error)}
        </Banner>
      )}
      {change && <UndoBanner change={change} blocked={blocked} onClose={() => setChange(undefined)} />}
      <div className="grid grid-cols-1 items-start gap-3 min-[1920px]:grid-cols-2">
        <Panel title="Runtime settings" note="RG.CONFIGSET on every shard; lost on restart">
          <ConfigTable
            label="Runtime settings"
            rows={(rows ?? UNREAD).filter(({ key }) => key?.runtime)}
            blocked={rows ? blocked : 'Loading…'}
            onEdit={edit}
          />
        </Panel>
        <Panel title="Module arguments" note="set with loadmodule at server start">
          <ConfigTable label="Module arguments" rows={(rows ?? UNREAD).filter(({ key }) => !key?.runtime)} />
        </Panel>
      </div>
      <Panel
        title="Custom keys"
        note="read in Python with configGet"
        actions={
          <Button size="row" icon={Plus} onClick={() => setAdding(true)}>
            Look up or set a custom key
          </Button>
        }
      >
        {names.length > 0 && !userRows ? (
          <Skeleton className="m-3 h-12" />
        ) : userRows && userRows.length > 0 ? (
          <ConfigTable
            label="Custom keys"
            rows={userRows}
            blocked={blocked}
            onEdit={edit}
            onForget={({ name }) => forget(name)}
          />
        ) : (
          <EmptyState title="No custom keys">
            RedisGears stores any unknown name but cannot list them, so each must be looked up by name. This browser
            remembers the names.
          </EmptyState>
        )}
      </Panel>
      <RedisAccess />
      {edited && (
        <EditKeyDialog row={edited} blocked={blocked} onClose={() => void setEditedKey(null)} onChanged={setChange} />
      )}
      {adding && data && (
        <AddKeyDialog
          shards={data.shards}
          blocked={blocked}
          onClose={() => setAdding(false)}
          onNamed={remember}
          onChanged={setChange}
        />
      )}
    </>
  )
}
