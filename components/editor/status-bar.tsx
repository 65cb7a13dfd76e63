import { plural } from '@gearboard/gears/vocabulary/text'
import { CircleCheck, OctagonX, TriangleAlert } from 'lucide-react'
import { Button } from '@/components/ui/button'
import type { LintFinding } from '@/lib/functions/python/finding'
import type { ReadScript } from '@/lib/functions/python/script'
import type { ScriptVerdict } from '@/lib/functions/python/verdict'
import type { CursorPlace } from './code/code-editor'

interface StatusBarProps {
  readonly findings: readonly LintFinding[]
  readonly script: ReadScript
  readonly cursor: CursorPlace
  /** What the server's Python said of this text; undefined when it was not asked. */
  readonly verdict: ScriptVerdict | undefined
  readonly checking: boolean
  /** Why it cannot be asked now. */
  readonly checkBlocked: string | undefined
  readonly onCheck: () => void
}

const MOST_STEPS = 8

/** Under the code: findings, the cursor, and the pipeline that the script builds. */
export function StatusBar({ findings, script, cursor, verdict, checking, checkBlocked, onCheck }: StatusBarProps) {
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
      <Button
        size="row"
        variant="ghost"
        pending={checking}
        disabledReason={checkBlocked}
        onClick={onCheck}
        aria-keyshortcuts="Control+Shift+Enter"
      >
        {checking ? 'Checking…' : 'Check syntax on the server'}
      </Button>
      <span aria-live="polite" className="text-fg-2">
        {verdict?.kind === 'ok' && 'No syntax errors.'}
        {verdict?.kind === 'refused' && 'Syntax error on the server.'}
      </span>
      <span className="ml-auto truncate font-mono text-fg-3 max-md:hidden">{pipelineText(script)}</span>
    </div>
  )
}

/** `StreamReader › map › register` of the first action; how many more there are. */
function pipelineText({ actions }: ReadScript): string {
  const [first] = actions
  if (!first) return ''
  const names = [first.builder.readerText ?? '?', ...first.steps.map((step) => step.name), first.name]
  const shown = names.length > MOST_STEPS ? [...names.slice(0, 3), '…', ...names.slice(-3)] : names
  return `${shown.join(' › ')}${actions.length > 1 ? ` and ${actions.length - 1} more` : ''}`
}
