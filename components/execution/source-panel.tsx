'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { frameInScript, readError } from '@gearboard/gears/vocabulary/traceback'
import { FileQuestion, Pencil } from 'lucide-react'
import { download } from '@/components/shared/page/download'
import { versionPath } from '@/components/shared/page/paths'
import { CodeLines } from '@/components/shared/text/code-lines'
import { Badge } from '@/components/ui/badge'
import { Button, LinkButton } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { EmptyState } from '@/components/ui/empty-state'
import { Panel } from '@/components/ui/panel'
import { Skeleton } from '@/components/ui/skeleton'
import { useConnectionName } from '@/lib/api/live'
import type { ExecutionDetail } from '@/lib/model/executions/execution'
import { visibleText } from '@/lib/model/text/visible-text'
import { lineToOpen, useRunSource } from './use-run-source'

/** The script behind an execution, with the lines that failed. */
export function ExecutionSourcePanel({ execution }: { readonly execution: ExecutionDetail }) {
  const { errors } = execution
  const { source, pending } = useRunSource(execution)
  const connection = useConnectionName()
  if (!source && pending) return <Skeleton className="h-64" />
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
      note={[
        source.inferred && `${visibleText(source.inferred.name)} v${source.inferred.version}, inferred from the plan`,
        source.opens.replacement !== null && `${visibleText(source.opens.replacement)} is live`,
        plural(source.script.split('\n').length, 'line'),
      ]
        .filter((words) => typeof words === 'string')
        .join('; ')}
      actions={
        <>
          <LinkButton
            size="row"
            icon={Pencil}
            href={versionPath(connection, source.opens.id, lineToOpen(execution, source))}
          >
            Open in editor
          </LinkButton>
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
