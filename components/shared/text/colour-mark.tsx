import { cn } from '@/components/ui/cn'
import type { ConnectionColour } from '@/lib/model/connection/connection'

const FILL: Readonly<Record<ConnectionColour, string>> = {
  blue: 'bg-mark-blue',
  green: 'bg-mark-green',
  amber: 'bg-mark-amber',
  red: 'bg-mark-red',
  violet: 'bg-mark-violet',
  cyan: 'bg-mark-cyan',
  pink: 'bg-mark-pink',
  grey: 'bg-mark-grey',
}

/** The colour of a connection beside its name; keeps its place where there is none, so that names align. */
export const ColourMark = ({
  colour,
  className,
}: {
  readonly colour?: ConnectionColour
  readonly className?: string
}) => (
  <span aria-hidden className={cn('keeps-fill h-3.5 w-1 shrink-0 rounded-full', colour && FILL[colour], className)} />
)
