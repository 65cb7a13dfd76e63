import { Kbd } from '../kbd'

interface RowHintProps {
  readonly hints: readonly { readonly key: string; readonly verb: string }[]
}

/** The keys of the active row, shown while the table is used by keyboard; with words where the column has room for them. */
export const RowHint = ({ hints }: RowHintProps) => (
  <span
    aria-hidden
    className="ml-auto hidden shrink-0 items-center gap-1.5 pl-2 text-fg-2 text-small group-focus-visible:flex print:hidden"
  >
    {hints.map(({ key, verb }) => (
      <span key={key} className="inline-flex items-center gap-1">
        <Kbd>{key}</Kbd>
        <span className="hidden @min-[400px]:inline">{verb}</span>
      </span>
    ))}
  </span>
)
