'use client'

import { pythonLanguage } from '@codemirror/lang-python'
import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import { type Inspection, inspectText } from '@/lib/functions/python/lint'

/** Scripts beyond it are read when typing pauses: reading one takes a tenth of a second or more. */
const LONG = 20_000
const PAUSE_MS = 500

export const inspectDraft = (text: string): Inspection =>
  inspectText(text, (script) => pythonLanguage.parser.parse(script).topNode)

/** Findings as one types. `text` is what they were found in: it may lag behind the script. */
export function useInspection(script: string): Inspection & { readonly text: string } {
  const text = useDeferredValue(useSettled(script))
  const inspection = useMemo(() => inspectDraft(text), [text])
  return { ...inspection, text }
}

function useSettled(script: string): string {
  const [settled, setSettled] = useState(script)
  const long = script.length > LONG
  useEffect(() => {
    if (!long) return
    const timer = setTimeout(() => setSettled(script), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [script, long])
  return long ? settled : script
}
