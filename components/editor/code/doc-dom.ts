import { type Argument, argumentText, type Callable } from '@gearboard/gears/docs'

const element = (tag: string, className: string, ...children: (string | Node)[]): HTMLElement => {
  const node = document.createElement(tag)
  node.className = className
  node.append(...children)
  return node
}

/** Signature and description of a documented name, as CodeMirror's tooltips take them; `active` is highlighted. */
export function callableDom(callable: Callable, active?: Argument): HTMLElement {
  const args = callable.args.flatMap((argument, i) => [
    i === 0 ? '' : ', ',
    element('span', argument === active ? 'cm-doc-active' : '', argumentText(argument)),
  ])
  const code = element('code', 'cm-doc-code', `${callable.name}(`, ...args, ')')
  if (callable.returns) code.append(` → ${callable.returns}`)
  const box = element('div', 'cm-doc', code)
  if (active) box.append(argumentLine(active))
  else box.append(element('div', 'cm-doc-text', callable.doc, callable.since ? ` Since ${callable.since}.` : ''))
  return box
}

export function argumentDom(argument: Argument): HTMLElement {
  return element('div', 'cm-doc', element('code', 'cm-doc-code', argumentText(argument)), argumentLine(argument))
}

function argumentLine(argument: Argument): HTMLElement {
  const facts = [
    argument.type === 'any' ? '' : argument.type,
    argument.unit ?? '',
    argument.choices ? `one of ${argument.choices.join(', ')}` : '',
    argument.since ? `since ${argument.since}` : '',
  ].filter((fact) => fact !== '')
  return element('div', 'cm-doc-text', [argument.doc, facts.length > 0 ? `(${facts.join('; ')})` : ''].join(' '))
}

export const textDom = (title: string, text: string): HTMLElement =>
  element('div', 'cm-doc', element('code', 'cm-doc-code', title), element('div', 'cm-doc-text', text))
