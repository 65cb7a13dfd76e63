import type { ReactNode } from 'react'
import { visibleText } from '@/lib/model/text/visible-text'

/** Text in a title or a tooltip: drawn whole it could be of any length. Elements bound their own. */
export const bounded = (node: ReactNode, most?: number): ReactNode =>
  typeof node === 'string' ? visibleText(node, most) : node
