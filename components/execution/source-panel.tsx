'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { frameInScript, readError } from '@gearboard/gears/vocabulary/traceback'
import { FileQuestion } from 'lucide-react'
import { download } from '@/components/shared/page/download'
import { CodeLines } from '@/components/shared/text/code-lines'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import type { ExecutionDetail } from '@/lib/model/executions/execution'

/** The submitted script, with the lines that failed. */
export function SourcePanel({ execution: { source, errors } }: { readonly execution: ExecutionDetail }) {
  if (!source)
    return (
      <Panel>
        <EmptyState icon={FileQuestion} title="Source unknown">
          RedisGears does not return scripts. Gearboard keeps those submitted through it.
        </EmptyState>
      </Panel>
    )
  const failing = errors.flatMap((raw) => frameInScript(readError(raw), source.script)?.line ?? [])
  return (
    <Panel
      title="Source"
      note={plural(source.script.split('\n').length, 'line')}
      actions={
        <>
          <CopyButton label="Copy script" size="row" text={source.script} />
          <Button size="row" onClick={() => download('script', 'txt', source.script)}>
            Download
          </Button>
        </>
      }
      bodyClassName="border-line border-t"
    >
      {source.requirements.length > 0 && (
        <p className="flex flex-wrap items-center gap-1.5 border-line border-b px-3 py-2 text-fg-3 text-small">
          Requires
          {source.requirements.map((requirement) => (
            <Badge key={requirement} className="font-mono">
              {requirement}
            </Badge>
          ))}
        </p>
      )}
      <CodeLines label="Script" code={source.script} failing={failing} className="max-h-[70vh]" />
    </Panel>
  )
}
