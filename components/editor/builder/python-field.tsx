'use client'

import { python, pythonLanguage } from '@codemirror/lang-python'
import { indentUnit } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import CodeMirror from '@uiw/react-codemirror'
import { useMemo } from 'react'
import { cn } from '@/components/ui/cn'
import { completeGears } from '../code/completion'
import { editorTheme } from '../code/theme'

interface PythonFieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  /** Id of the text that says what is wrong or what belongs here. */
  readonly describedBy: string | undefined
  readonly invalid: boolean
  readonly placeholder?: string
}

const SETUP = {
  lineNumbers: false,
  foldGutter: false,
  highlightActiveLine: false,
  highlightActiveLineGutter: false,
  searchKeymap: false,
} as const

const EXTENSIONS = [
  python(),
  pythonLanguage.data.of({ autocomplete: completeGears }),
  indentUnit.of('    '),
  editorTheme,
  EditorView.lineWrapping,
]

/** A few lines of Python among other fields: Tab moves to the next field. */
export function PythonField({ label, value, onChange, describedBy, invalid, placeholder }: PythonFieldProps) {
  const extensions = useMemo(
    () => [
      ...EXTENSIONS,
      EditorView.contentAttributes.of({
        'aria-label': label,
        tabindex: '0',
        'aria-invalid': String(invalid),
        ...(describedBy === undefined ? {} : { 'aria-describedby': describedBy }),
      }),
    ],
    [label, invalid, describedBy],
  )
  return (
    <CodeMirror
      value={value}
      onChange={onChange}
      theme="none"
      indentWithTab={false}
      basicSetup={SETUP}
      placeholder={placeholder}
      extensions={extensions}
      className={cn(
        'min-w-0 overflow-hidden rounded-control border bg-surface focus-within:border-accent [&_.cm-content]:py-1 [&_.cm-line]:px-2.5! [&_.cm-line]:text-small',
        invalid ? 'border-failed' : 'border-line-strong hover:border-fg-3',
      )}
    />
  )
}
