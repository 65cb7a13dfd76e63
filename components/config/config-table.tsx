import { Pencil, TriangleAlert, X } from 'lucide-react'
import { Fragment } from 'react'
import { BoundedText } from '@/components/shared/text/bounded-text'
import { ShardName } from '@/components/shared/text/shard-name'
import { Badge } from '@/components/ui/badge'
import { Button, IconButton } from '@/components/ui/button'
import { type PlainColumn, PlainTable } from '@/components/ui/plain-table'
import { Skeleton } from '@/components/ui/skeleton'
import { type ConfigRow, type ShardValue, valueText } from '@/lib/model/environment/config-view'
import { visibleText } from '@/lib/model/text/visible-text'

interface ConfigTableProps {
  /** Accessible name. */
  readonly label: string
  readonly rows: readonly ConfigRow[]
  /** Without it nothing can be set. */
  readonly onEdit?: (row: ConfigRow) => void
  readonly blocked?: string
  /** Takes a user key off the list; the server keeps it. */
  readonly onForget?: (row: ConfigRow) => void
}

/** Keys with their live values: one where the shards agree, each shard's where they do not. */
export function ConfigTable({ label, rows, onEdit, blocked, onForget }: ConfigTableProps) {
  const columns: readonly PlainColumn<ConfigRow>[] = [
    {
      id: 'key',
      header: 'Key',
      className: 'w-2/5 whitespace-normal row-space align-top',
      cell: ({ name, key }) => (
        <>
          <span className="font-mono font-semibold text-small [overflow-wrap:anywhere]">{breakable(name)}</span>
          {key && <p className="text-fg-2 text-small">{key.meaning}</p>}
        </>
      ),
    },
    {
      id: 'live',
      header: 'Live',
      className: 'whitespace-normal [overflow-wrap:anywhere] row-space align-top',
      cell: (row) => <LiveValue row={row} />,
    },
    {
      id: 'default',
      header: 'Default',
      className: 'w-1/5 whitespace-normal row-space align-top max-sm:hidden',
      cell: ({ key }) => (
        <span className="break-all font-mono text-fg-2 text-small">
          {key?.defaultValue === undefined ? '–' : withUnit(valueText(key.defaultValue), key.unit)}
        </span>
      ),
    },
  ]
  const actions: PlainColumn<ConfigRow> = {
    id: 'actions',
    header: <span className="sr-only">Actions</span>,
    align: 'right',
    className: 'w-28 max-md:w-20 row-space align-top',
    cell: (row) => (
      <span className="inline-flex flex-wrap items-center justify-end gap-1">
        {onEdit && (
          <Button
            size="row"
            icon={Pencil}
            aria-label={`Set ${row.name}`}
            disabledReason={blocked}
            onClick={() => onEdit(row)}
          >
            Set
          </Button>
        )}
        {onForget && (
          <IconButton
            size="row"
            icon={X}
            label={`Remove ${row.name} from this list; the server keeps its value`}
            onClick={() => onForget(row)}
          />
        )}
      </span>
    ),
  }
  return (
    <PlainTable
      // Fixed widths: a value that is read must not wrap the words beside it anew.
      className="[&_table]:table-fixed"
      label={label}
      rows={rows}
      columns={onEdit ? [...columns, actions] : columns}
      rowKey={({ name }) => name}
    />
  )
}

/** A long name breaks before a capital. */
const breakable = (name: string) =>
  visibleText(name)
    .split(/(?=[A-Z][a-z])/)
    .map((word, at) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: words of a name have no identity but their place
      <Fragment key={at}>
        {at > 0 && <wbr />}
        {word}
      </Fragment>
    ))

const withUnit = (text: string, unit: string | undefined): string => (unit ? `${text} ${unit}` : text)

function LiveValue({ row }: { readonly row: ConfigRow }) {
  const { agreed, values, drifts, changed, key } = row
  if (values.length === 0) return <Skeleton className="h-4 w-20" />
  const silent = values.filter((each) => 'error' in each)
  if (agreed !== undefined && !drifts) {
    return (
      <div className="flex flex-wrap items-center gap-x-2">
        <BoundedText text={withUnit(valueText(agreed), key?.unit)} className="font-mono text-small" />
        {changed && <Badge tone="accent">not the default</Badge>}
        {silent.map((each) => (
          <OneShard key={each.shard.key} each={each} unit={key?.unit} />
        ))}
      </div>
    )
  }
  return (
    <div className="flex flex-col gap-0.5">
      {drifts && (
        <Badge tone="waiting" icon={TriangleAlert} className="self-start">
          shards differ
        </Badge>
      )}
      {values.map((each) => (
        <OneShard key={each.shard.key} each={each} unit={key?.unit} />
      ))}
    </div>
  )
}

/** A shard's value, or the server's words why there is none. */
function OneShard({ each, unit }: { readonly each: ShardValue; readonly unit: string | undefined }) {
  return (
    <span className="flex flex-wrap items-baseline gap-x-2">
      <ShardName shard={each.shard.key} className="text-fg-3" />
      {'value' in each ? (
        <BoundedText text={withUnit(valueText(each.value), unit)} className="font-mono text-small" />
      ) : (
        <BoundedText text={each.error} className="text-small text-unknown" />
      )}
    </span>
  )
}
