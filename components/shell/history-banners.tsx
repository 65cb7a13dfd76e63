'use client'

import { TimeAgo } from '@/components/shared/time/time-ago'
import { useViewBlock } from '@/components/shared/views/use-view-block'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { describeError } from '@/lib/api/call'
import { useConnectionState } from '@/lib/api/live'
import { useAcknowledgeNotice } from '@/lib/api/mutations'
import type { HistoryState } from '@/lib/model/connection/connection'
import type { HistoryNotice } from '@/lib/model/record/history-notice'

const WITH_REASON: Readonly<Record<HistoryState['role'], string>> = {
  writer: 'History is not being saved.',
  reader: 'This Gearboard has read-only history.',
  off: 'History is off.',
}

const TITLES: Readonly<Record<HistoryNotice['kind'], string>> = {
  damaged: 'The history was damaged. Gearboard started a new one.',
  removed: 'History files were removed.',
  empty: 'The history file was empty. Gearboard started a new one.',
  lock: 'Another process held the history lock.',
  clock: 'The clock of Gearboard’s machine jumped.',
}

/** Problems of the whole record: it is not being saved, or something happened to it that is not acknowledged yet. */
export function HistoryBanners() {
  const history = useConnectionState()?.history
  return (
    <>
      {history?.reason && (
        <Banner tone="warning" title={WITH_REASON[history.role]}>
          <p className="[overflow-wrap:anywhere]">{history.reason}</p>
        </Banner>
      )}
      {history?.notices?.map((notice) => (
        <Notice key={notice.id} notice={notice} />
      ))}
    </>
  )
}

function Notice({ notice }: { readonly notice: HistoryNotice }) {
  const acknowledge = useAcknowledgeNotice()
  const block = useViewBlock()
  const busy = acknowledge.isPending ? 'Saving…' : undefined
  return (
    <Banner
      tone="warning"
      title={TITLES[notice.kind]}
      actions={
        <Button onClick={() => acknowledge.mutate({ id: String(notice.id) })} disabledReason={block ?? busy}>
          Acknowledge
        </Button>
      }
    >
      <p className="[overflow-wrap:anywhere]">
        <TimeAgo at={notice.at} />: {notice.what} {notice.helps}
      </p>
      {acknowledge.error && <p className="text-failed">{describeError(acknowledge.error)}</p>}
    </Banner>
  )
}
