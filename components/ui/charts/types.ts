/** One moment: its time and each series' value there; null is unknown and breaks the line. */
export interface ChartPoint {
  readonly at: number
  readonly values: Readonly<Record<string, number | null>>
  /** Its span is not over: its counts will grow. */
  readonly partial?: boolean
}

export interface ChartSeries {
  /** Key in `values`. */
  readonly key: string
  readonly name: string
  /** CSS colour. */
  readonly color: string
}

/** A span without figures: hatched and named. Null alone is no gap: a function that did not run has no duration. */
export interface Gap {
  readonly from: number
  readonly to: number
  readonly label: string
}

/** A moment that has a name: a thin line through the plot. */
export interface Marker {
  readonly at: number
  readonly label: string
}

export interface ChartProps {
  /** What it shows, for those who do not see it. */
  readonly label: string
  readonly points: readonly ChartPoint[]
  readonly series: readonly ChartSeries[]
  readonly gaps?: readonly Gap[]
  readonly markers?: readonly Marker[]
  /** Dragging over the plot chooses a part of the time shown, ms. */
  readonly onZoom?: (from: number, to: number) => void
  readonly formatValue: (value: number) => string
  /** Counts have no steps below one. */
  readonly whole?: boolean
  /** Pixels. */
  readonly height: number
  /** Charts of one group share the crosshair; they must have the same points. */
  readonly group?: string
  /** Why nothing is drawn, and what next; the axes stay. */
  readonly empty?: string
  /** What the y axis counts, inside the plot: for two small charts in one panel. */
  readonly caption?: string
  /** Each point covers this long, ms: the tooltip names the span. */
  readonly span?: number
}
