import { CircleCheck, OctagonX, TriangleAlert } from 'lucide-react'
import { plural } from '@/lib/model/format'
import type { Finding } from '@/lib/model/python/finding'
import type { Script } from '@/lib/model/python/script'
import type { CursorPlace } from './code/code-editor'

interface StatusBarProps {
  readonly findings: readonly Finding[]
  readonly script: Script
  readonly cursor: CursorPlace
}

const MOST_STEPS = 8

/** Under the code: findings, the cursor, and the pipeline that the script builds. */
export function StatusBar({ findings, script, cursor }: StatusBarProps) {
  const errors = findings.filter((finding) => finding.severity !== 'warning').length
  const warnings = findings.length - errors
  return (
    <div className="flex min-h-8 flex-wrap items-center gap-x-4 border-line border-t px-3 text-small">
      {errors > 0 && (
        <span className="inline-flex items-center gap-1.5 font-medium text-failed">
          <OctagonX aria-hidden /> {plural(errors, 'error')}
        </span>
      )}
      {warnings > 0 && (
        <span className="inline-flex items-center gap-1.5 font-medium text-waiting">
          <TriangleAlert aria-hidden /> {plural(warnings, 'warning')}
        </span>
      )}
      {findings.length === 0 && (
        <span className="inline-flex items-center gap-1.5 text-fg-2">
          <CircleCheck aria-hidden className="text-ok" /> No findings
        </span>
      )}
      <span className="text-fg-3">
        Ln {cursor.line}, Col {cursor.column}
      </span>
      <span className="ml-auto truncate font-mono text-fg-3 max-md:hidden">{pipelineText(script)}</span>
    </div>
  )
}

/** `StreamReader › map › register` of the first action; how many more there are. */
function pipelineText({ actions }: Script): string {
  const [first] = actions
  if (!first) return ''
  const names = [first.builder.readerText ?? '?', ...first.steps.map((step) => step.name), first.name]
  const shown = names.length > MOST_STEPS ? [...names.slice(0, 3), '…', ...names.slice(-3)] : names
  return `${shown.join(' › ')}${actions.length > 1 ? ` and ${actions.length - 1} more` : ''}`
}
