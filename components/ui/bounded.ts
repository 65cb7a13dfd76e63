import type { ReactNode } from 'react'
import { visibleText } from '@/lib/model/text/visible-text'

/** Bounds text in a title or a tooltip, which may come at any length. Elements bound their own text. */
export const bounded = (node: ReactNode, most?: number): ReactNode =>
  typeof node === 'string' ? visibleText(node, most) : node
