import { cn } from '@/components/ui/cn'

export type StrandShape = 'parallel' | 'cross' | 'merge' | 'one'

/** More strands than this say no more. */
const MOST = 3
const WIDTH = 30
const HEIGHT = 48

interface StrandsProps {
  readonly shape: StrandShape
  readonly strands: number
  readonly className?: string
}

/** The way of records from one box to the next: a strand a shard, crossing where they are moved, one after a collect. */
export function Strands({ shape, strands, className }: StrandsProps) {
  const count = Math.min(MOST, Math.max(1, strands))
  const lines = Array.from({ length: count }, (_, i) => (HEIGHT / (count + 1)) * (i + 1))
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={cn('h-12 w-5.5 shrink-0 self-center stroke-fg-3', className)}
      fill="none"
      strokeWidth={1.25}
    >
      {pathsOf(shape, lines).map((d) => (
        <path key={d} d={d} vectorEffect="non-scaling-stroke" />
      ))}
    </svg>
  )
}

function pathsOf(shape: StrandShape, lines: readonly number[]): readonly string[] {
  switch (shape) {
    case 'one':
      return [curve(HEIGHT / 2, HEIGHT / 2)]
    case 'parallel':
      return lines.map((y) => curve(y, y))
    case 'merge':
      return lines.map((y) => curve(y, HEIGHT / 2))
    case 'cross':
      return lines.flatMap((from) => lines.map((to) => curve(from, to)))
  }
}

const curve = (from: number, to: number): string =>
  from === to ? `M0 ${from}H${WIDTH}` : `M0 ${from}C${WIDTH / 2} ${from} ${WIDTH / 2} ${to} ${WIDTH} ${to}`
