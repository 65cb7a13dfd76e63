'use client'

import { acceptCompletion, completionStatus } from '@codemirror/autocomplete'
import { python, pythonLanguage } from '@codemirror/lang-python'
import { indentUnit } from '@codemirror/language'
import { linter, lintGutter } from '@codemirror/lint'
import { EditorState, Prec } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import CodeMirror from '@uiw/react-codemirror'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { LintFinding } from '@/lib/functions/python/finding'
import { completeGears } from './completion'
import { hints } from './hints'
import { failingLineMark, markFailingLine, showFindings } from './marks'
import { editorTheme } from './theme'

export interface CursorPlace {
  /** Both 1-based. */
  readonly line: number
  readonly column: number
}

interface CodeEditorProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly onRun: () => void
  /** Asks the server's Python what it thinks of it. */
  readonly onCheck: () => void
  readonly onCursor: (place: CursorPlace) => void
  /** Findings, and the text that they were found in. */
  readonly findings: readonly LintFinding[]
  readonly inspected: string
  /** 1-based; null when nothing failed. A new object marks and scrolls again. */
  readonly failingLine: { readonly line: number } | null
  /** Where the state of this editor (undo, selection) is left and found again while other drafts are shown. */
  readonly states: Map<string, EditorState>
  readonly stateKey: string
}

const SETUP = {
  foldGutter: false,
  autocompletion: true,
  searchKeymap: true,
  tabSize: 4,
  highlightActiveLineGutter: true,
}

/** Tab takes the completion that is open; within a line it goes to the next stop. At a line's start, and for a selection, it indents. */
function completeOrIndent(view: EditorView): boolean {
  // A completion that has just opened, or is being looked for again, takes nothing yet: Tab must not indent instead.
  if (acceptCompletion(view) || completionStatus(view.state) !== null) return true
  const { main } = view.state.selection
  const line = view.state.doc.lineAt(main.head)
  const column = main.head - line.from
  if (!main.empty || line.text.slice(0, column).trim() === '') return false
  view.dispatch(view.state.replaceSelection(' '.repeat(4 - (column % 4))))
  return true
}

const languageExtensions = [
  python(),
  pythonLanguage.data.of({ autocomplete: completeGears }),
  indentUnit.of('    '),
  EditorState.tabSize.of(4),
  linter(null),
  lintGutter(),
  hints,
  failingLineMark,
  editorTheme,
  // Escape first lets Tab leave the editor, which CodeMirror does by itself.
  Prec.high(keymap.of([{ key: 'Tab', run: completeOrIndent }])),
  EditorView.contentAttributes.of({
    'aria-label': 'Script',
    // Editable content is focusable without it; accessibility checkers do not know that.
    tabindex: '0',
    'aria-description':
      'Press Control Enter to run it, Control Shift Enter to check its syntax on the server. Press Escape, then Tab, to leave the editor.',
  }),
]

/** The Python editor with what Gears adds: completion, documentation, findings, the line that failed. */
export function CodeEditor({
  value,
  onChange,
  onRun,
  onCheck,
  onCursor,
  findings,
  inspected,
  failingLine,
  states,
  stateKey,
}: CodeEditorProps) {
  const [view, setView] = useState<EditorView>()
  useEffect(() => {
    if (!view) return
    return () => {
      states.set(stateKey, view.state)
    }
  }, [view, states, stateKey])
  // CodeMirror keeps the first keymap it gets; the ref lets it call the newest action.
  const actions = useRef({ onRun, onCheck })
  useEffect(() => {
    actions.current = { onRun, onCheck }
  })
  const extensions = useMemo(
    () => [
      Prec.highest(
        keymap.of([
          {
            key: 'Mod-Enter',
            run: () => {
              actions.current.onRun()
              return true
            },
          },
          {
            key: 'Mod-Shift-Enter',
            run: () => {
              actions.current.onCheck()
              return true
            },
          },
        ]),
      ),
      ...languageExtensions,
    ],
    [],
  )
  useEffect(() => {
    if (view) showFindings(view, inspected, findings)
  }, [view, inspected, findings])
  useEffect(() => {
    if (view) markFailingLine(view, failingLine?.line ?? null)
  }, [view, failingLine])
  return (
    <CodeMirror
      value={value}
      onChange={onChange}
      onCreateEditor={(created) => {
        const left = states.get(stateKey)
        if (left?.doc.toString() === value) created.setState(left)
        setView(created)
      }}
      onUpdate={({ selectionSet, docChanged, state }) => {
        if (!selectionSet && !docChanged) return
        const line = state.doc.lineAt(state.selection.main.head)
        onCursor({ line: line.number, column: state.selection.main.head - line.from + 1 })
      }}
      theme="none"
      height="100%"
      className="h-full"
      basicSetup={SETUP}
      extensions={extensions}
    />
  )
}
