'use client'

import { resultSafety } from '@gearboard/gears/vocabulary/result-safety'
import { CopyAsCli } from '@/components/shared/command/copy-as-cli'
import { LongText } from '@/components/shared/text/bounded-text'
import { ScrollRegion } from '@/components/shared/text/scroll-region'
import { CopyButton } from '@/components/ui/copy-button'
import { Panel } from '@/components/ui/panel'
import type { ExecutionDetail } from '@/lib/model/executions/execution'

/** Raw reply per shard, decoded, with the commands that ask for it. */
export function RawPanel({ execution: { id, shard, parts, cut } }: { readonly execution: ExecutionDetail }) {
  const text = JSON.stringify(parts, null, 2)
  const initiator = parts.find((part) => part.shard === shard)
  // Reading results that are not proven to be text can end the server: no line for that is handed out.
  const readable = initiator !== undefined && resultSafety(initiator) !== 'unproven'
  return (
    <Panel
      title="Raw reply per shard"
      note={`decoded; steps in data-flow order${cut?.errors || cut?.steps ? '; history shortens long texts' : ''}`}
      actions={
        <>
          <CopyAsCli
            size="row"
            commands={[
              ...parts.map((part) => ({ words: ['RG.GETEXECUTION', id, 'SHARD'], on: { shard: part.shard } })),
              ...(readable ? [{ words: ['RG.GETRESULTS', id], on: { shard } }] : []),
            ]}
          />
          <CopyButton label="Copy JSON" size="row" text={text} />
        </>
      }
      bodyClassName="border-line border-t"
    >
      <ScrollRegion label="Raw reply" className="max-h-[70vh]">
        <pre className="whitespace-pre-wrap px-3 py-2 font-mono text-small [overflow-wrap:anywhere]">
          <LongText text={text} />
        </pre>
      </ScrollRegion>
    </Panel>
  )
}
