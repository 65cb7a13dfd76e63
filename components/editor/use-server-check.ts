'use client'

import { pythonLanguage } from '@codemirror/lang-python'
import { plural } from '@gearboard/gears/vocabulary/text'
import { useMemo, useState } from 'react'
import { toast } from '@/components/ui/toaster'
import { describeError } from '@/lib/api/call'
import { useCheckScript } from '@/lib/api/mutations'
import { DEEPEST_CHECKED, isDeeperThan, type ScriptVerdict, verdictFinding } from '@/lib/functions/python/verdict'

/** What the server's Python says of the script, when it is asked. The verdict holds for the text that was checked, and for no other. */
export function useServerCheck(script: string) {
  const { mutateAsync, isPending } = useCheckScript()
  const [checked, setChecked] = useState<{ readonly script: string; readonly verdict: ScriptVerdict }>()
  const verdict = checked?.script === script ? checked.verdict : undefined
  const finding = useMemo(() => verdict && verdictFinding(script, verdict), [verdict, script])
  const check = async () => {
    if (isDeeperThan(pythonLanguage.parser.parse(script).cursor(), DEEPEST_CHECKED)) {
      toast.error('Not checked', {
        description: `The script has more than ${plural(DEEPEST_CHECKED, 'nested level')}: compiling it could crash the server.`,
      })
      return
    }
    try {
      setChecked({ script, verdict: await mutateAsync({ script }) })
    } catch (error) {
      toast.error('The server did not answer the check', { description: describeError(error) })
    }
  }
  return { verdict, finding, check, pending: isPending }
}
