import { type Diagnostic, setDiagnostics } from '@codemirror/lint'
import { type Extension, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view'
import type { LintFinding } from '@/lib/functions/python/finding'

const setFailingLine = StateEffect.define<number | null>()

/** The line of the script that raised, until it is edited or another run begins. */
const failingLine = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = marks.map(transaction.changes)
    for (const effect of transaction.effects) {
      if (!effect.is(setFailingLine)) continue
      const line = effect.value
      next =
        line === null || line > transaction.state.doc.lines
          ? Decoration.none
          : Decoration.set([
              Decoration.line({ class: 'cm-failing-line', attributes: { 'data-failing-line': String(line) } }).range(
                transaction.state.doc.line(line).from,
              ),
            ])
    }
    return next
  },
  provide: (field) => EditorView.decorations.from(field),
})

export const failingLineMark: Extension = failingLine

/** Marks a line, 1-based, and brings it into view; null takes the mark away. */
export function markFailingLine(view: EditorView, line: number | null): void {
  const effects: StateEffect<unknown>[] = [setFailingLine.of(line)]
  if (line !== null && line <= view.state.doc.lines)
    effects.push(EditorView.scrollIntoView(view.state.doc.line(line).from, { y: 'center' }))
  view.dispatch({ effects })
}

/** Shows findings that belong to `text`; when the editor has moved on, the next inspection brings its own. */
export function showFindings(view: EditorView, text: string, findings: readonly LintFinding[]): void {
  if (view.state.doc.length !== text.length || view.state.doc.toString() !== text) return
  view.dispatch(setDiagnostics(view.state, findings.map(diagnosticOf)))
}

function diagnosticOf({ from, to, severity, message, hint, fix, rule }: LintFinding): Diagnostic {
  return {
    from,
    to,
    severity: severity === 'warning' ? 'warning' : 'error',
    source: rule,
    message: `${message}. ${hint}`,
    renderMessage: () => messageDom(message, hint),
    actions: fix
      ? [
          {
            name: fix.label,
            apply: (view) => view.dispatch({ changes: [...fix.edits] }),
          },
        ]
      : [],
  }
}

function messageDom(message: string, hint: string): HTMLElement {
  const box = document.createElement('div')
  const title = document.createElement('strong')
  title.textContent = message
  const words = document.createElement('div')
  words.className = 'cm-doc-text'
  words.textContent = hint
  box.append(title, words)
  return box
}
