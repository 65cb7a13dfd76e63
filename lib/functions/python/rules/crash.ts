import type { CrashRule } from '@/lib/model/registrations/rule-names'
import { at, type LintFinding } from '../finding'

/** The finding of something that is so, or that may be so. */
export const found = (
  rule: CrashRule,
  is: 'yes' | 'perhaps',
  node: { readonly from: number; readonly to: number },
  message: string,
  hint: string,
): LintFinding => ({
  rule,
  severity: is === 'yes' ? 'crash' : 'warning',
  ...at(node),
  message: is === 'yes' ? message : `${message}, if it comes to that`,
  hint,
})
