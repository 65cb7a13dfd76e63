import { ensureSyntaxTree, syntaxTree } from '@codemirror/language'
import type { EditorState } from '@codemirror/state'

/** Longest that help may hold the page to read on, ms. */
const PATIENCE_MS = 100

/**
 * The tree of the whole script. `syntaxTree` alone is what the editor had time to read when it last drew: on a busy machine that may end
 * before the cursor.
 */
export const syntaxTreeOf = (state: EditorState) =>
  ensureSyntaxTree(state, state.doc.length, PATIENCE_MS) ?? syntaxTree(state)
