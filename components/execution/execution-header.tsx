'use client'

import { ChevronRight } from 'lucide-react'
import { PageHeader } from '@/components/shared/page/page-header'
import { executionsPath } from '@/components/shared/page/paths'
import { Id } from '@/components/shared/text/id'
import { OutcomeBadge } from '@/components/shared/text/outcome'
import { useNow } from '@/components/shared/time/clock'
import { PageLink } from '@/components/ui/page-link'
import { useConnectionName } from '@/lib/api/live'
import type { ExecutionDetail } from '@/lib/model/executions/execution'
import { visibleText } from '@/lib/model/text/visible-text'
import { ActionsLink } from './actions-link'
import { ExecutionButtons } from './execution-buttons'
import { ExecutionFacts } from './execution-facts'
import { executionHeadline } from './execution-headline'

export function ExecutionHeader({ execution }: { readonly execution: ExecutionDetail }) {
  const now = useNow()
  return (
    <div className="flex flex-col gap-2">
      <PageHeader
        breadcrumb={
          <>
            <Breadcrumb id={execution.id} />
            {/* On the line of the id, where it moves nothing when it appears. */}
            <ActionsLink execution={execution} />
          </>
        }
        headline={
          <span className="flex flex-wrap items-center gap-2">
            <OutcomeBadge
              badge
              outcome={execution.outcome}
              className={execution.outcome === 'running' ? '[&_svg]:animate-spin' : undefined}
            />
            <bdi className="min-w-0 [overflow-wrap:anywhere]">
              {now > 0 && visibleText(executionHeadline(execution, now))}
            </bdi>
          </span>
        }
        actions={<ExecutionButtons execution={execution} />}
      />
      <ExecutionFacts execution={execution} />
    </div>
  )
}

export function Breadcrumb({ id }: { readonly id: string }) {
  const connection = useConnectionName()
  return (
    <>
      <PageLink href={executionsPath(connection)} className="hover:text-fg hover:underline">
        Executions
      </PageLink>
      <ChevronRight aria-hidden className="size-3" />
      <Id id={id} copy />
    </>
  )
}
