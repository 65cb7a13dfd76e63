import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** One theme for dark and light: every colour is a token, so it follows the page. */
const highlight = HighlightStyle.define([
  {
    tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword, tags.operatorKeyword, tags.modifier],
    color: 'var(--aborted)',
  },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--ok)' },
  { tag: [tags.number, tags.bool, tags.null, tags.self], color: 'var(--waiting)' },
  {
    tag: [
      tags.function(tags.variableName),
      tags.function(tags.propertyName),
      tags.definition(tags.function(tags.variableName)),
    ],
    color: 'var(--accent)',
  },
  { tag: [tags.className, tags.definition(tags.className), tags.meta], color: 'var(--accent)' },
  { tag: tags.comment, color: 'var(--fg-3)', fontStyle: 'italic' },
  { tag: [tags.operator, tags.punctuation, tags.bracket], color: 'var(--fg-2)' },
  { tag: tags.invalid, color: 'var(--failed)' },
])

/** lucide's octagon-x and triangle-alert as masks: an image cannot take a token's colour. */
const mask = (path: string): string =>
  `url('data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="black" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${path}</svg>`)}')`

const ERROR_MASK = mask(
  '<path d="m15 9-6 6"/><path d="M2.586 16.726A2 2 0 0 1 2 15.312V8.688a2 2 0 0 1 .586-1.414l4.688-4.688A2 2 0 0 1 8.688 2h6.624a2 2 0 0 1 1.414.586l4.688 4.688A2 2 0 0 1 22 8.688v6.624a2 2 0 0 1-.586 1.414l-4.688 4.688a2 2 0 0 1-1.414.586H8.688a2 2 0 0 1-1.414-.586z"/><path d="m9 9 6 6"/>',
)
const WARNING_MASK = mask(
  '<path d="m21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3"/><path d="M12 9v4"/><path d="M12 17h.01"/>',
)

const wavy = (color: string) => ({
  backgroundImage: 'none',
  textDecoration: `underline wavy var(${color}) 1px`,
  textUnderlineOffset: '3px',
})

const look = EditorView.theme({
  '&': { height: '100%', fontSize: '13px', color: 'var(--fg)', backgroundColor: 'transparent' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '19px', overflow: 'auto' },
  '.cm-content': { padding: '6px 0', caretColor: 'var(--fg)' },
  '.cm-line': { padding: '0 12px 0 4px' },
  '.cm-cursor': { borderLeftColor: 'var(--fg)', borderLeftWidth: '1.5px' },
  '.cm-gutters': { backgroundColor: 'transparent', border: 'none', color: 'var(--fg-3)' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '36px', padding: '0 4px 0 12px' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine, &.cm-focused .cm-activeLineGutter': { backgroundColor: 'var(--hover)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 28%, transparent)',
  },
  '.cm-content ::selection': { backgroundColor: 'transparent', color: 'inherit' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--accent-tint)',
    outline: '1px solid var(--line-strong)',
  },
  '.cm-selectionMatch, .cm-searchMatch': { backgroundColor: 'var(--accent-tint)' },
  '.cm-searchMatch-selected': { outline: '1px solid var(--accent)' },
  '.cm-placeholder': { color: 'var(--fg-3)' },

  '.cm-gutter-lint': { width: '18px' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '3px 2px' },
  '.cm-lint-marker': { width: '13px', height: '13px', content: 'normal' },
  '.cm-lint-marker-error': { backgroundColor: 'var(--failed)', mask: `${ERROR_MASK} center / contain no-repeat` },
  '.cm-lint-marker-warning': { backgroundColor: 'var(--waiting)', mask: `${WARNING_MASK} center / contain no-repeat` },
  '.cm-lintRange-error': wavy('--failed'),
  '.cm-lintRange-warning': wavy('--waiting'),
  '.cm-failing-line': { backgroundColor: 'var(--failed-tint) !important', boxShadow: 'inset 2px 0 var(--failed)' },

  '.cm-tooltip, .cm-panels': {
    backgroundColor: 'var(--raised)',
    color: 'var(--fg)',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    fontFamily: 'var(--font-sans)',
    fontSize: '13px',
  },
  '.cm-tooltip': { maxWidth: 'min(460px, 90vw)' },
  '.cm-panels': { borderRadius: '0', borderWidth: '1px 0 0 0' },
  '.cm-panel input, .cm-panel button': {
    backgroundColor: 'var(--surface)',
    backgroundImage: 'none',
    color: 'var(--fg)',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    padding: '2px 8px',
  },
  '.cm-tooltip-lint': { padding: '0' },
  '.cm-diagnostic, .cm-diagnostic-error, .cm-diagnostic-warning': { border: 'none', padding: '8px 10px', margin: '0' },
  '.cm-diagnosticAction': {
    backgroundColor: 'var(--surface)',
    color: 'var(--fg)',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    padding: '2px 8px',
    margin: '6px 8px 0 0',
    fontWeight: '550',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--font-mono)',
    fontSize: '12px',
    maxHeight: '240px',
    padding: '4px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px', borderRadius: '4px', color: 'var(--fg)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent-tint)',
    color: 'var(--fg)',
  },
  '.cm-completionDetail': { color: 'var(--fg-3)', fontStyle: 'normal', marginLeft: '12px' },
  '.cm-completionMatchedText': { textDecoration: 'none', color: 'var(--accent)' },
  '.cm-completionInfo': { padding: '8px 10px', maxWidth: '340px' },
  '.cm-doc': { padding: '8px 10px' },
  '.cm-doc-code': { fontFamily: 'var(--font-mono)', fontSize: '12px', display: 'block', whiteSpace: 'pre-wrap' },
  '.cm-doc-active': { color: 'var(--accent)', fontWeight: '600' },
  '.cm-doc-text': { color: 'var(--fg-2)', marginTop: '4px' },
})

export const editorTheme: Extension = [look, syntaxHighlighting(highlight)]
