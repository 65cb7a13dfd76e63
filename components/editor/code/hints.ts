import { type EditorState, type Extension, StateEffect, StateField } from '@codemirror/state'
import { EditorView, hoverTooltip, showTooltip, type Tooltip, tooltips } from '@codemirror/view'
import { reader } from '@gearboard/gears/docs'
import { argumentAt, callAround, documentationOf } from './context'
import { argumentDom, callableDom, textDom } from './doc-dom'
import { syntaxTreeOf } from './tree-of'

/** Documentation of what the pointer rests on. */
const hover = hoverTooltip((view, pos) => {
  const found = documentationAt(view.state, pos)
  return found && { pos: found.from, end: found.to, above: true, create: () => ({ dom: found.dom() }) }
})

function documentationAt(state: EditorState, pos: number) {
  const node = syntaxTreeOf(state).resolveInner(pos, 1)
  const { from, to } = node
  if (node.name === 'String') {
    const known = reader(state.sliceDoc(from + 1, to - 1))
    return known ? { from, to, dom: () => textDom(known.name, `${known.doc} A record is ${known.record}.`) } : null
  }
  const callee = node.name === 'PropertyName' ? node.parent : node.name === 'VariableName' ? node : null
  if (!callee) return null
  if (node.parent?.name === 'ArgList' && state.sliceDoc(to, to + 1) === '=') {
    const call = callAround(state, pos)
    const argument = call?.callable.args.find((one) => one.name === state.sliceDoc(from, to))
    return argument ? { from, to, dom: () => argumentDom(argument) } : null
  }
  const callable = documentationOf(state, callee)
  return callable ? { from, to, dom: () => callableDom(callable) } : null
}

/** The signature of the call that the cursor is in, above it, with the argument that is being written. */
function signatureTooltip(state: EditorState): Tooltip | null {
  const { main } = state.selection
  if (!main.empty) return null
  const call = callAround(state, main.head)
  if (!call || call.callable.args.length === 0) return null
  const active = argumentAt(call, main.head)
  return {
    pos: call.list.from,
    above: true,
    create: () => ({ dom: callableDom(call.callable, active) }),
  }
}

const hideSignature = StateEffect.define<null>()

const signatureHelp = StateField.define<Tooltip | null>({
  // Not before one types: a tooltip on opening would hide code.
  create: () => null,
  update(tooltip, transaction) {
    if (transaction.effects.some((effect) => effect.is(hideSignature))) return null
    if (transaction.docChanged) return signatureTooltip(transaction.state)
    if (!transaction.selection) return tooltip
    return tooltip && signatureTooltip(transaction.state)
  },
  provide: (field) => showTooltip.from(field),
})

/** Escape puts the signature away, as it does with completions; so does leaving the editor, where a dialog opens for one. */
const hideOnLeaving = EditorView.domEventHandlers({
  keydown: (event, view) => {
    if (event.key === 'Escape') hideSignatureIn(view)
    return false
  },
  blur: (_, view) => {
    hideSignatureIn(view)
    return false
  },
})

function hideSignatureIn(view: EditorView): void {
  if (view.state.field(signatureHelp, false)) view.dispatch({ effects: hideSignature.of(null) })
}

/** Above the first lines a tooltip would cover what the page says there: it takes its place below instead. */
const belowHeadline = tooltips({
  tooltipSpace: ({ dom }) => {
    const { clientWidth, clientHeight } = dom.ownerDocument.documentElement
    return { top: Math.max(0, dom.getBoundingClientRect().top), left: 0, right: clientWidth, bottom: clientHeight }
  },
})

export const hints: Extension = [hover, signatureHelp, hideOnLeaving, belowHeadline]
