import { useMemo } from 'react'
import {
  type AskedExecutionAction,
  EXECUTION_ACTION_LOOK,
  type ExecutionAction,
  noExecutionFits,
} from '@/components/shared/actions/execution-actions'
import { useActionBlock } from '@/components/shared/actions/use-action-block'
import { scriptOfExecution, useEditScript } from '@/components/shared/actions/use-edit-script'
import { useWriteBlock } from '@/components/shared/command/write-block'
import type { RowShortcut } from '@/components/ui/virtual-table/row-shortcuts'
import { useRegistrations } from '@/lib/api/live'
import type { Execution } from '@/lib/model/executions/execution'

const KEYS: Readonly<Record<ExecutionAction, string>> = { abort: 'a', drop: 'd' }

/** What keys do to executions of the list: those that change something ask first. */
export function useExecutionShortcuts(ask: (asked: AskedExecutionAction) => void): readonly RowShortcut<Execution>[] {
  const registrations = useRegistrations()
  const editScript = useEditScript()
  const block = useActionBlock()
  const editBlock = useWriteBlock('develop')
  return useMemo(() => {
    const acting = (kind: ExecutionAction): RowShortcut<Execution> => ({
      key: KEYS[kind],
      verb: EXECUTION_ACTION_LOOK[kind].verb.toLowerCase(),
      fits: (rows) => block(kind) === undefined && noExecutionFits(kind, rows) === undefined,
      act: (rows) => ask({ kind, chosen: rows }),
    })
    const scriptOf = ([only, ...others]: readonly Execution[]) =>
      only && others.length === 0 ? scriptOfExecution(only, registrations) : undefined
    const editing: RowShortcut<Execution> = {
      key: 'e',
      verb: 'edit',
      fits: (rows) => editBlock === undefined && scriptOf(rows) !== undefined,
      act: (rows) => {
        const script = scriptOf(rows)
        if (script) void editScript(script)
      },
    }
    return [acting('abort'), acting('drop'), editing]
  }, [ask, block, editBlock, registrations, editScript])
}
