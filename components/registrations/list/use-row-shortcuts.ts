import { useMemo } from 'react'
import {
  type AskedRegistrationAction,
  noRegistrationFits,
  REGISTRATION_ACTION_LOOK,
  type RegistrationAction,
  useRegistrationBlocked,
} from '@/components/shared/actions/registration-actions'
import { useActionBlock } from '@/components/shared/actions/use-action-block'
import { type ScriptPlace, useEditScript } from '@/components/shared/actions/use-edit-script'
import { useWriteBlock } from '@/components/shared/command/write-block'
import type { RowShortcut } from '@/components/ui/virtual-table/row-shortcuts'
import type { Registration } from '@/lib/model/registrations/registration'

/** What keys do to registrations of the list: those that change something ask first. One key pauses, and resumes what is paused. */
export function useRegistrationShortcuts(
  ask: (asked: AskedRegistrationAction) => void,
): readonly RowShortcut<Registration>[] {
  const block = useActionBlock()
  const blocked = useRegistrationBlocked()
  const edit = useEditScript()
  const editBlock = useWriteBlock('develop')
  return useMemo(() => {
    const fits = (kind: RegistrationAction, rows: readonly Registration[]): boolean =>
      block(kind) === undefined && noRegistrationFits(kind, rows, blocked) === undefined
    const pausing = (rows: readonly Registration[]): RegistrationAction => (fits('pause', rows) ? 'pause' : 'resume')
    return [
      {
        key: 'p',
        verb: 'pause',
        fits: (rows) => fits(pausing(rows), rows),
        act: (rows) => ask({ kind: pausing(rows), chosen: rows }),
      },
      {
        key: 'u',
        verb: REGISTRATION_ACTION_LOOK.unregister.verb.toLowerCase(),
        fits: (rows) => fits('unregister', rows),
        act: (rows) => ask({ kind: 'unregister', chosen: rows }),
      },
      {
        key: 'e',
        verb: 'edit',
        fits: (rows) => editBlock === undefined && scriptOf(rows) !== undefined,
        act: (rows) => {
          const script = scriptOf(rows)
          if (script) void edit(script)
        },
      },
    ]
  }, [ask, block, blocked, edit, editBlock])
}

const scriptOf = ([only, ...others]: readonly Registration[]): ScriptPlace | undefined =>
  only && others.length === 0 ? { registration: only } : undefined
