'use client'

import { pythonLanguage } from '@codemirror/lang-python'
import { Chunk, unifiedMergeView } from '@codemirror/merge'
import { EditorState, Text } from '@codemirror/state'
import { EditorView, lineNumbers } from '@codemirror/view'
import { cutMiddle, plural } from '@gearboard/gears/vocabulary/text'
import { useEffect, useMemo, useRef } from 'react'
import { cn } from '@/components/ui/cn'
import { visibleText } from '@/lib/model/text/visible-text'
import { editorTheme } from './theme'

/** Beyond it the comparison of a range is less precise, and never slow: two megabytes that have nothing in common take no second. */
const DIFF = { scanLimit: 2000, timeout: 300 }

interface SourceDiffProps {
  readonly title: string
  readonly before: string
  readonly after: string
  readonly className?: string
}

/** The differences between two sources, removed lines above added ones, with a little context. */
export function SourceDiff({ title, before, after, className }: SourceDiffProps) {
  const changed = useMemo(() => changedLines(before, after), [before, after])
  const shown = visibleText(title, TITLE_CHARS)
  return (
    <div className={cn('overflow-hidden rounded-control border border-line', className)}>
      <div className="flex justify-between gap-2 px-2.5 py-1.5">
        <span className="min-w-0 truncate" title={shown}>
          {shown}
        </span>
        <span className="shrink-0 text-fg-3 text-small">
          {changed === 0 ? 'no change' : `${plural(changed, 'line')} changed`}
        </span>
      </div>
      {changed > 0 && <Changes label={`Changes: ${shown}`} before={shortLines(before)} after={shortLines(after)} />}
    </div>
  )
}

/** A removed line is drawn whole: of a longer one, the middle is left out. */
const LINE_CHARS = 2000
const TITLE_CHARS = 200

const shortLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => cutMiddle(line, LINE_CHARS))
    .join('\n')

function Changes({
  label,
  before,
  after,
}: {
  readonly label: string
  readonly before: string
  readonly after: string
}) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!box.current) return
    const view = new EditorView({
      parent: box.current,
      doc: after,
      extensions: [
        pythonLanguage,
        lineNumbers(),
        unifiedMergeView({
          original: before,
          mergeControls: false,
          gutter: false,
          collapseUnchanged: { margin: 1, minSize: 3 },
          diffConfig: DIFF,
        }),
        EditorState.readOnly.of(true),
        EditorView.editable.of(false),
        // Not editable, hence not focusable by itself; what scrolls must be reachable by keyboard.
        EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
        editorTheme,
        look,
      ],
    })
    return () => view.destroy()
  }, [label, before, after])
  return <div ref={box} className="border-line border-t" />
}

/** Removed and added lines. */
function changedLines(before: string, after: string): number {
  if (before === after) return 0
  const [a, b] = [Text.of(before.split('\n')), Text.of(after.split('\n'))]
  const lines = (text: Text, from: number, to: number, end: number) =>
    to > from ? text.lineAt(end).number - text.lineAt(from).number + 1 : 0
  return Chunk.build(a, b, DIFF).reduce(
    (sum, chunk) => sum + lines(a, chunk.fromA, chunk.toA, chunk.endA) + lines(b, chunk.fromB, chunk.toB, chunk.endB),
    0,
  )
}

/** Signs mark the difference without relying on colour. */
const sign = (text: string, color: string) => ({
  content: `"${text}"`,
  color: `var(${color})`,
  display: 'inline-block',
  width: '14px',
  textDecoration: 'none',
})

const look = EditorView.theme({
  '.cm-scroller': { maxHeight: '18rem', fontSize: '12px' },
  '.cm-line, .cm-deletedChunk .cm-deletedLine': { paddingLeft: '4px' },
  '.cm-line::before': { content: '""', display: 'inline-block', width: '14px' },
  '&.cm-merge-b .cm-changedLine': { backgroundColor: 'var(--ok-tint)' },
  '&.cm-merge-b .cm-changedLine::before': sign('+', '--ok'),
  '.cm-deletedChunk': { backgroundColor: 'var(--failed-tint)', paddingLeft: '0' },
  '.cm-deletedChunk .cm-deletedLine::before': sign('−', '--failed'),
  '&.cm-merge-b .cm-changedText': { background: 'color-mix(in srgb, var(--ok) 22%, transparent)' },
  // The colours of Python’s words are made for the page’s background, not for this one.
  '.cm-deletedChunk .cm-deletedText': {
    background: 'color-mix(in srgb, var(--failed) 22%, transparent)',
    color: 'var(--fg)',
  },
  '.cm-deletedLine, .cm-deletedLine del, .cm-insertedLine': { textDecoration: 'none' },
  '.cm-collapsedLines': { background: 'var(--hover)', color: 'var(--fg-2)', padding: '2px 8px' },
  '&.cm-editor .cm-collapsedLines::before, &.cm-editor .cm-collapsedLines::after': {
    content: '"…"',
    marginInline: '4px',
  },
})
