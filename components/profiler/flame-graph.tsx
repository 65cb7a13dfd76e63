'use client'

import { Search, ZoomOut } from 'lucide-react'
import { useMemo, useState } from 'react'
import {
  type CallBox,
  type CodeKind,
  codeKindOf,
  isMatch,
  matchingS,
  wholeS,
  zoomedTo,
} from '@/components/profiler/call-tree'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { Input } from '@/components/ui/input'
import { formatDuration } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'

const ROW_PX = 20
/** Share of the whole that has room for some letters. */
const WIDE_ENOUGH = 0.025

const KINDS: Readonly<Record<CodeKind, { readonly name: string; readonly look: string; readonly swatch: string }>> = {
  script: { name: 'script', look: 'bg-running-tint text-fg', swatch: 'bg-running-fill' },
  library: { name: 'libraries', look: 'bg-aborted-tint text-fg', swatch: 'bg-aborted-fill' },
  python: { name: 'Python itself', look: 'bg-waiting-tint text-fg', swatch: 'bg-waiting-fill' },
}

interface FlameGraphProps {
  readonly boxes: readonly CallBox[]
  readonly callersKnown: boolean
  /** The label that the table has chosen. */
  readonly chosen: string | undefined
  readonly onChoose: (label: string) => void
}

/** Callers above callees, as wide as their time. Hatched: shared out in proportion, because cProfile keeps pairs and no paths. */
export function FlameGraph({ boxes, callersKnown, chosen, onChoose }: FlameGraphProps) {
  const [zoom, setZoom] = useState<string>()
  const [pointed, setPointed] = useState<CallBox>()
  const [text, setText] = useState('')
  const shown = useMemo(() => zoomedTo(boxes, zoom), [boxes, zoom])
  if (boxes.length === 0) {
    return (
      <p className="px-3 pb-3 text-fg-3 text-small">
        {callersKnown
          ? 'No flame graph: every call took less than 0.5 ms.'
          : 'No flame graph: this server reports each function’s time but not its callers.'}
      </p>
    )
  }
  const whole = wholeS(boxes)
  const searched = text.trim() !== ''
  const depth = Math.max(...boxes.map((box) => box.depth)) + 1
  const kinds = [...new Set(boxes.map(({ label }) => codeKindOf(label)))]
  return (
    <div className="px-3 pb-3">
      <div className="flex flex-wrap items-center gap-2 pb-2 text-small">
        <Input
          icon={Search}
          aria-label="Search the flame graph"
          placeholder="Search functions"
          maxLength={200}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="w-56 max-md:w-full"
        />
        <Button
          icon={ZoomOut}
          disabledReason={zoom === undefined ? 'All of it is shown. Press a box to zoom in.' : undefined}
          onClick={() => setZoom(undefined)}
        >
          Show all
        </Button>
        {searched && (
          <output className="text-fg-2">
            {formatDuration(matchingS(boxes, text) * 1000)} of {formatDuration(whole * 1000)} match
          </output>
        )}
        <ul className="ml-auto flex flex-wrap gap-x-3 text-fg-2">
          {kinds.map((kind) => (
            <li key={kind} className="flex items-center gap-1.5">
              <span aria-hidden className={cn('keeps-fill size-2 rounded-[2px]', KINDS[kind].swatch)} />
              {KINDS[kind].name}
            </li>
          ))}
        </ul>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls of a form */}
      <div
        role="group"
        aria-label="Flame graph"
        className="relative"
        style={{ height: depth * ROW_PX }}
        onPointerLeave={() => setPointed(undefined)}
      >
        {shown.map((box) => (
          <button
            key={box.key}
            type="button"
            // The table below says the same in an order that a keyboard can follow.
            tabIndex={-1}
            aria-label={visibleText(box.label)}
            onPointerEnter={() => setPointed(box)}
            onClick={() => {
              onChoose(box.label)
              setZoom(box.key === zoom || box.width === 1 ? undefined : box.key)
            }}
            className={cn(
              'absolute truncate rounded-[2px] border border-surface px-1 text-left font-mono text-axis leading-[18px] hover:border-fg-3 forced-colors:border-line',
              box.measured ? KINDS[codeKindOf(box.label)].look : 'hatch bg-surface text-fg-2',
              box.label === chosen && 'keeps-fill bg-accent text-on-accent',
              searched && !isMatch(box.label, text) && 'opacity-30',
            )}
            style={{
              left: `${box.start * 100}%`,
              width: `${box.width * 100}%`,
              top: box.depth * ROW_PX,
              height: ROW_PX,
            }}
          >
            {box.width > WIDE_ENOUGH && visibleText(box.label)}
          </button>
        ))}
      </div>
      <p className="min-h-5 truncate pt-1 text-fg-2 text-small">
        {pointed ? boxInWords(pointed, whole) : `All: ${formatDuration(whole * 1000)} with callees.`}
      </p>
      {boxes.some(({ measured }) => !measured) && (
        <p className="pt-1 text-fg-3 text-small">
          Hatched: estimated. cProfile records pairs of caller and callee, not whole paths, so a function with several
          callers is split in proportion.
        </p>
      )}
    </div>
  )
}

const boxInWords = ({ label, totalS, measured }: CallBox, whole: number): string =>
  `${visibleText(label)}: ${formatDuration(totalS * 1000)}${measured ? '' : ', estimated'}, ${((100 * totalS) / whole).toFixed(1)} % of ${formatDuration(whole * 1000)}`
