import { Fragment, type ReactNode } from 'react'
import { type StrandShape, Strands } from '@/components/shared/plan/strands'
import { ScrollRegion } from '@/components/shared/text/scroll-region'
import { cn } from '@/components/ui/cn'
import { Tooltip } from '@/components/ui/tooltip'
import type { PlanShape } from '@/lib/model/executions/plan'
import { visibleText } from '@/lib/model/text/visible-text'

interface PlanFlowProps<Box extends PlanShape> {
  readonly label: string
  readonly boxes: readonly Box[]
  readonly shards: number
  /** The lines below the title of a box. */
  readonly children?: (box: Box) => ReactNode
}

/** The reader and the steps as boxes in data-flow order, with the ways of records between shards. */
export function PlanFlow<Box extends PlanShape>({ label, boxes, shards, children }: PlanFlowProps<Box>) {
  return (
    <ScrollRegion label={label} className="px-3 pb-3">
      <ol className="flex min-w-fit items-stretch print:min-w-0 print:flex-wrap print:gap-y-2">
        {boxes.map((box, index) => (
          <Fragment key={box.number}>
            {index > 0 && <Strands shape={shapeBefore(box)} strands={shards} />}
            <li
              className={cn(
                'flex min-w-26 flex-[1_1_0px] flex-col rounded-control border bg-raised px-2 py-1.5',
                box.kind === 'global' ? 'border-fg-3 border-dashed' : 'border-line-strong',
              )}
            >
              <span className="flex justify-between gap-1 whitespace-nowrap text-axis text-fg-3">
                <span className="min-w-0 truncate">
                  {box.number} {box.type}
                </span>
                {box.kind === 'global' ? 'global' : box.afterCollect && shards > 1 ? '1 shard' : ''}
              </span>
              <Tooltip content={<span className="font-mono">{visibleText(box.reported)}</span>}>
                <span className={cn('truncate font-mono text-small', box.builtIn ? 'text-fg-2' : 'font-semibold')}>
                  {visibleText(box.title)}
                </span>
              </Tooltip>
              {children?.(box)}
            </li>
          </Fragment>
        ))}
      </ol>
    </ScrollRegion>
  )
}

function shapeBefore(box: PlanShape): StrandShape {
  if (box.afterCollect) return 'one'
  if (box.kind === 'global') return box.type === 'repartition' ? 'cross' : 'merge'
  return 'parallel'
}

export function PlanLegend({ shards }: { readonly shards: number }) {
  return (
    <span className="flex gap-4 text-fg-2 max-md:hidden">
      <Entry shape="parallel" strands={shards}>
        local, per shard
      </Entry>
      <Entry shape="cross" strands={shards}>
        global, crosses shards
      </Entry>
    </span>
  )
}

function Entry(props: { readonly shape: StrandShape; readonly strands: number; readonly children: string }) {
  return (
    <span className="flex items-center gap-1.5">
      <Strands shape={props.shape} strands={Math.max(2, props.strands)} className="h-3 w-6" />
      {props.children}
    </span>
  )
}
