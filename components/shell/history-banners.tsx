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
  reader: 'This Gearboard only reads the history.',
  off: 'No history is recorded.',
}

const TITLES: Readonly<Record<HistoryNotice['kind'], string>> = {
  damaged: 'The history was damaged. A new one was started.',
  removed: 'Files of the history were removed.',
  empty: 'The history file was empty. A new history was started.',
  lock: 'The lock of the history was not ours.',
  clock: 'The clock of the Gearboard machine jumped.',
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
