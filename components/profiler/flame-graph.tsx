import type { CallBox } from '@/components/profiler/call-tree'
import { cn } from '@/components/ui/cn'
import { Tooltip } from '@/components/ui/tooltip'
import { formatDuration } from '@/lib/model/text/format'
import { visibleText } from '@/lib/model/text/visible-text'

const ROW_PX = 20
/** Share of the whole that has room for some letters. */
const WIDE_ENOUGH = 0.025

interface FlameGraphProps {
  readonly boxes: readonly CallBox[]
  readonly callersKnown: boolean
  readonly chosen: string | undefined
  readonly onChoose: (label: string) => void
}

/** Callers above callees, as wide as their time. Hatched: shared out in proportion, because cProfile keeps pairs and no paths. */
export function FlameGraph({ boxes, callersKnown, chosen, onChoose }: FlameGraphProps) {
  if (boxes.length === 0) {
    return (
      <p className="px-3 pb-3 text-fg-3 text-small">
        {callersKnown
          ? 'No flame graph: every call took less than 0.5 ms.'
          : 'No flame graph: this server reports each function’s time but not its callers.'}
      </p>
    )
  }
  const depth = Math.max(...boxes.map((box) => box.depth)) + 1
  const estimated = boxes.some(({ measured }) => !measured)
  return (
    <div className="px-3 pb-3">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls of a form */}
      <div role="group" aria-label="Flame graph" className="relative" style={{ height: depth * ROW_PX }}>
        {boxes.map((box) => (
          <Tooltip
            key={box.key}
            content={`${visibleText(box.label)}: ${formatDuration(box.totalS * 1000)}${box.measured ? '' : ', estimated'}`}
          >
            <button
              type="button"
              // The table below says the same in an order that a keyboard can follow.
              tabIndex={-1}
              aria-label={visibleText(box.label)}
              onClick={() => onChoose(box.label)}
              className={cn(
                'absolute truncate rounded-[2px] border border-surface px-1 forced-colors:border-line text-left font-mono text-axis leading-[18px]',
                box.measured ? 'bg-running-tint text-fg' : 'hatch bg-surface text-fg-2',
                box.label === chosen && 'keeps-fill bg-accent text-on-accent',
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
          </Tooltip>
        ))}
      </div>
      {estimated && (
        <p className="pt-1 text-fg-3 text-small">
          Hatched: estimated. cProfile records pairs of caller and callee, not whole paths, so a function with several
          callers is split in proportion.
        </p>
      )}
    </div>
  )
}
