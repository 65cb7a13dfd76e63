import { plural } from '@gearboard/gears/vocabulary/text'
import { CircleAlert, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from '@/components/ui/cn'
import { Panel } from '@/components/ui/panel'
import type { ClusterFinding } from '@/lib/model/cluster/cluster-findings'

interface FindingsPanelProps {
  readonly findings: readonly ClusterFinding[]
  /** Beside the first finding that a refresh mends. */
  readonly refresh: ReactNode
}

/** Findings with the cluster, what each finding means, and what to do. */
export function FindingsPanel({ findings, refresh }: FindingsPanelProps) {
  const mended = findings.find((finding) => finding.refresh)
  return (
    <Panel title="Findings" note={plural(findings.length, 'finding')}>
      <ul>
        {findings.map((finding) => (
          <li
            key={finding.kind}
            className="flex flex-wrap items-start gap-x-3 gap-y-2 border-line border-b px-3 py-2.5 last:border-b-0"
          >
            <Mark severity={finding.severity} />
            <div className="min-w-0 flex-1 basis-60 [overflow-wrap:anywhere]">
              <p className="font-semibold">{finding.title}</p>
              <p className="text-fg-2">{finding.meaning}</p>
              <p className="mt-1">
                <span className="text-fg-3">What to do: </span>
                {finding.todo}
              </p>
            </div>
            {finding === mended && refresh}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Mark({ severity }: Pick<ClusterFinding, 'severity'>) {
  const failed = severity === 'failed'
  const Icon = failed ? CircleAlert : TriangleAlert
  return (
    <>
      <Icon aria-hidden className={cn('mt-0.5', failed ? 'text-failed' : 'text-waiting')} />
      <span className="sr-only">{failed ? 'Problem:' : 'Warning:'}</span>
    </>
  )
}
