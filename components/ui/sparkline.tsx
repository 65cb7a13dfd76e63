import { cn } from './cn'

interface SparklineProps {
  /** Oldest first; null breaks the line. */
  readonly values: readonly (number | null)[]
  readonly kind?: 'line' | 'bars'
  /** The value at its top; the largest of its own unless given. */
  readonly most?: number
  /** The value at its bottom; zero unless given. */
  readonly least?: number
  /** Its colour is the text's. */
  readonly className?: string
}

const WIDTH = 100
const HEIGHT = 20

/** The shape of the last minutes, without axes; decoration beside a figure that states the value. */
export function Sparkline({ values, kind = 'line', most: given, least = 0, className }: SparklineProps) {
  const most = given ?? Math.max(0, ...values.map((value) => value ?? 0))
  const x = (at: number) => (values.length > 1 ? (at * WIDTH) / (values.length - 1) : 0)
  const y = (value: number) =>
    most <= least ? HEIGHT - 1 : HEIGHT - 1 - ((value - least) / (most - least)) * (HEIGHT - 2)
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={cn('h-5 w-full overflow-visible', className)}
    >
      {kind === 'line' ? (
        <path
          d={linePath(values, x, y)}
          fill="none"
          stroke="currentColor"
          strokeWidth="1.25"
          vectorEffect="non-scaling-stroke"
          strokeLinejoin="round"
        />
      ) : (
        <>
          <path d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} stroke="var(--line-strong)" vectorEffect="non-scaling-stroke" />
          <path d={barsPath(values, y)} fill="currentColor" />
        </>
      )}
    </svg>
  )
}

function linePath(values: readonly (number | null)[], x: (at: number) => number, y: (value: number) => number): string {
  let pen = 'M'
  return values
    .map((value, at) => {
      if (value === null) {
        pen = 'M'
        return ''
      }
      const step = `${pen}${x(at).toFixed(2)} ${y(value).toFixed(2)}`
      pen = 'L'
      return step
    })
    .join('')
}

function barsPath(values: readonly (number | null)[], y: (value: number) => number): string {
  const step = WIDTH / Math.max(1, values.length)
  return values
    .map((value, at) => {
      if (!value) return ''
      const left = (at * step + step * 0.1).toFixed(2)
      return `M${left} ${HEIGHT}V${y(value).toFixed(2)}h${(step * 0.8).toFixed(2)}V${HEIGHT}z`
    })
    .join('')
}
