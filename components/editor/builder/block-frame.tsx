import type { BlockId, Flow } from '@gearboard/gears/pipeline'
import { Merge, Shuffle } from 'lucide-react'
import type { ReactNode, Ref } from 'react'
import { type StrandShape, Strands } from '@/components/shared/plan/strands'
import { Badge } from '@/components/ui/badge'
import { cn } from '@/components/ui/cn'

interface BlockFrameProps {
  readonly ref?: Ref<HTMLLIElement>
  readonly id: BlockId
  /** Accessible name of the group. */
  readonly label: string
  /** In data-flow order; 1 is the reader, as in the plan of an execution. */
  readonly number?: number
  readonly name: ReactNode
  readonly doc?: ReactNode
  /** How records come to it; absent for what no record reaches. */
  readonly flow?: Flow
  readonly handle?: ReactNode
  readonly actions?: ReactNode
  readonly className?: string
  readonly children: ReactNode
}

/** A block with its header. One that moves records between shards is dashed, as in the plan of an execution. */
export function BlockFrame({
  ref,
  id,
  label,
  number,
  name,
  doc,
  flow,
  handle,
  actions,
  className,
  children,
}: BlockFrameProps) {
  return (
    <li ref={ref} data-block={id} className="flex flex-col">
      {flow && <Way flow={flow} />}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot hold a flex row as its legend */}
      <div
        role="group"
        aria-label={label}
        className={cn(
          'flex min-w-0 flex-col gap-2 rounded-control border bg-raised px-3 py-2',
          flow?.moves ? 'border-fg-3 border-dashed' : 'border-line-strong',
          className,
        )}
      >
        <div className="flex min-h-7 flex-wrap items-center gap-x-2 gap-y-1">
          {handle}
          {number !== undefined && <span className="text-fg-3 text-small">{number}</span>}
          <span className="font-mono font-semibold">{name}</span>
          {flow && <MoveBadge flow={flow} />}
          {actions && <span className="ml-auto flex gap-0.5">{actions}</span>}
        </div>
        {doc && <p className="-mt-1 text-fg-2 text-small">{doc}</p>}
        {children}
      </div>
    </li>
  )
}

function MoveBadge({ flow: { moves, oneShard } }: { readonly flow: Flow }) {
  if (moves === 'repartition') return <Badge icon={Shuffle}>crosses shards: by key</Badge>
  if (moves === 'collect') return <Badge icon={Merge}>crosses shards: to one</Badge>
  return oneShard ? <Badge>on 1 shard</Badge> : null
}

const shapeOf = ({ moves, oneShard }: Flow): StrandShape => {
  if (moves === 'repartition') return 'cross'
  if (moves === 'collect') return 'merge'
  return oneShard ? 'one' : 'parallel'
}

/** The way of the records to a block, downwards: three strands stand for the shards. */
function Way({ flow }: { readonly flow: Flow }) {
  return (
    <span aria-hidden className="flex h-6 items-center justify-center self-start pl-6">
      <Strands shape={shapeOf(flow)} strands={3} className="h-9 w-6 rotate-90" />
    </span>
  )
}
