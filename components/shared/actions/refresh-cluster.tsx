'use client'

import { RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { ConfirmDialog } from '@/components/shared/command/confirm-dialog'
import { useWriteBlock } from '@/components/shared/command/write-block'
import { Button } from '@/components/ui/button'
import { useRefreshCluster } from '@/lib/api/mutations'
import { refreshBlocked } from '@/lib/model/cluster/cluster-view'
import type { ShardState } from '@/lib/model/cluster/shard'

interface RefreshClusterProps {
  readonly cluster: boolean
  readonly shards: readonly ShardState[]
  readonly primary?: boolean
  /** In a row of a table. */
  readonly short?: boolean
  /** Called with the keys of the shards that answered OK. */
  readonly onRefreshed: (shards: readonly string[]) => void
}

/** RG.REFRESHCLUSTER on every master, asked first; what failed on which shard stays in the dialog. */
export function RefreshCluster({ cluster, shards, primary = false, short = false, onRefreshed }: RefreshClusterProps) {
  const [asking, setAsking] = useState(false)
  const { mutateAsync: refresh } = useRefreshCluster()
  const writeBlock = useWriteBlock()
  const blocked = refreshBlocked({ cluster, shards }) ?? writeBlock
  const effect = shards.length === 1 ? 'Refresh the shard' : `Refresh all ${shards.length} shards`
  return (
    <>
      <Button
        icon={RefreshCw}
        size={short ? 'row' : 'default'}
        variant={primary ? 'primary' : 'default'}
        disabledReason={blocked}
        onClick={() => setAsking(true)}
      >
        {short ? 'Refresh' : effect}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`${effect}?`}
        confirmLabel={effect}
        confirmIcon={RefreshCw}
        disabledReason={blocked}
        onConfirm={async ({ confirm }) => {
          const { shards: done } = await refresh({ confirm })
          onRefreshed(done)
        }}
      >
        <p>
          Sends RG.REFRESHCLUSTER to {shards.map(({ address }) => address).join(', ')}. Each reloads the topology and
          reconnects to the others; distributed executions in progress may fail.
        </p>
      </ConfirmDialog>
    </>
  )
}
