'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { type ReactNode, useState } from 'react'
import { Button } from '@/components/ui/button'
import { ownBoxes, type PlanShape } from '@/lib/model/executions/plan'

/** A plan with the builder's own steps folded, and the button that shows them all. `always` keeps a box that would be folded. */
export function useFold<Box extends PlanShape>(
  boxes: readonly Box[],
  always?: (box: Box) => boolean,
): { readonly shown: readonly Box[]; readonly toggle: ReactNode } {
  const [whole, setWhole] = useState(false)
  const own = ownBoxes(boxes, always)
  if (own.length === boxes.length) return { shown: boxes, toggle: null }
  return {
    shown: whole ? boxes : own,
    toggle: (
      <Button size="row" variant="ghost" aria-expanded={whole} onClick={() => setWhole(!whole)}>
        {whole ? 'Your steps' : `All ${plural(boxes.length - 1, 'step')}`}
      </Button>
    ),
  }
}
