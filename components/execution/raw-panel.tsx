'use client'

import { CopyAsCli } from '@/components/shared/copy-as-cli'
import { ScrollRegion } from '@/components/shared/scroll-region'
import { CopyButton } from '@/components/ui/copy-button'
import { Panel } from '@/components/ui/panel'
import type { ExecutionDetail } from '@/lib/model/execution'
import { visibleText } from '@/lib/model/visible-text'

const LONGEST = 200_000

/** What each shard told, decoded, with the commands that ask for it. */
export function RawPanel({ execution: { id, shard, parts, cut } }: { readonly execution: ExecutionDetail }) {
  const text = JSON.stringify(parts, null, 2)
  return (
    <Panel
      title="What each shard told"
      note={`decoded; steps in data-flow order${cut?.errors || cut?.steps ? '; long texts are shortened in history' : ''}`}
      actions={
        <>
          <CopyAsCli
            size="row"
            commands={[
              ...parts.map((part) => ({ words: ['RG.GETEXECUTION', id, 'SHARD'], on: { shard: part.shard } })),
              { words: ['RG.GETRESULTS', id], on: { shard } },
            ]}
          />
          <CopyButton label="Copy JSON" size="row" text={text} />
        </>
      }
      bodyClassName="border-line border-t"
    >
      <ScrollRegion label="Raw reply" className="max-h-[70vh]">
        <pre className="whitespace-pre-wrap px-3 py-2 font-mono text-small [overflow-wrap:anywhere]">
          {visibleText(text.slice(0, LONGEST))}
          {text.length > LONGEST && '\n… cut here; copy it for the whole'}
        </pre>
      </ScrollRegion>
    </Panel>
  )
}
