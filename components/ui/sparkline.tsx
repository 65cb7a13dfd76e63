import { cn } from './cn'

/** A part of the time shown that has no figures, as shares of it from 0 to 1, and its name. */
export interface GapShare {
  readonly from: number
  readonly to: number
  readonly label: string
}

interface SparklineProps {
  /** Oldest first; null breaks the line. */
  readonly values: readonly (number | null)[]
  readonly kind?: 'line' | 'bars'
  /** The value at its top; the largest of its own unless given. */
  readonly most?: number
  /** The value at its bottom; zero unless given. */
  readonly least?: number
  /** Hatched: what is not known is no zero. */
  readonly gaps?: readonly GapShare[]
  /** The last value is of a span that is not over: its bar is faint. */
  readonly partial?: boolean
  /** Its colour is the text's. */
  readonly className?: string
}

const WIDTH = 100
const HEIGHT = 20
const NO_GAPS: readonly GapShare[] = []

/** The gaps of a chart over the same time as shares of it. */
export const gapShares = (
  gaps: readonly { readonly from: number; readonly to: number; readonly label: string }[],
  { from, to }: { readonly from: number; readonly to: number },
): readonly GapShare[] => {
  const share = (at: number) => Math.min(1, Math.max(0, (at - from) / (to - from)))
  return gaps.map((gap) => ({ from: share(gap.from), to: share(gap.to), label: gap.label }))
}

/** The runs of unknown values as gaps; each value covers an equal part. */
export function unknownShares(values: readonly (number | null)[], label: string): readonly GapShare[] {
  const gaps: GapShare[] = []
  values.forEach((value, at) => {
    if (value !== null) return
    const [from, to] = [at / values.length, (at + 1) / values.length]
    const last = gaps.at(-1)
    if (last?.to === from) gaps[gaps.length - 1] = { ...last, to }
    else gaps.push({ from, to, label })
  })
  return gaps
}

/** The shape of the last minutes, without axes; decoration beside a figure that states the value. */
export function Sparkline({
  values,
  kind = 'line',
  most: given,
  least = 0,
  gaps = NO_GAPS,
  partial = false,
  className,
}: SparklineProps) {
  const most = given ?? Math.max(0, ...values.map((value) => value ?? 0))
  const x = (at: number) => (values.length > 1 ? (at * WIDTH) / (values.length - 1) : 0)
  const y = (value: number) =>
    most <= least ? HEIGHT - 1 : HEIGHT - 1 - ((value - least) / (most - least)) * (HEIGHT - 2)
  const whole = partial ? values.map((value, at) => (at === values.length - 1 ? null : value)) : values
  return (
    <span aria-hidden className={cn('relative block h-5 w-full', className)}>
      <svg
        aria-hidden
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="absolute inset-0 size-full overflow-visible"
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
            <path d={barsPath(whole, y)} fill="currentColor" />
            {partial && <path d={barsPath(onlyLast(values), y)} fill="currentColor" opacity="0.4" />}
          </>
        )}
      </svg>
      {gaps.map(({ from, to, label }) => (
        <span
          key={from}
          title={label}
          className="hatch absolute inset-y-0"
          style={{ left: `${100 * from}%`, width: `${100 * (to - from)}%` }}
        />
      ))}
    </span>
  )
}

const onlyLast = (values: readonly (number | null)[]): readonly (number | null)[] =>
  values.map((value, at) => (at === values.length - 1 ? value : null))

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
