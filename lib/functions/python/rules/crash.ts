import { at, type RuleFinding } from '../finding'

/** The finding of something that is so, or that may be so. */
export const found = (
  is: 'yes' | 'perhaps',
  node: { readonly from: number; readonly to: number },
  message: string,
  hint: string,
): RuleFinding => ({
  severity: is === 'yes' ? 'crash' : 'warning',
  ...at(node),
  message: is === 'yes' ? message : `${message}if this line runs`,
  hint,
})
