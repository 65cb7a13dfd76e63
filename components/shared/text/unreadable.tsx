import { plural } from '@gearboard/gears/vocabulary/text'

/** Entries of a list that are damaged in history; nothing where there are none. */
export function Unreadable({ count }: { readonly count: number }) {
  if (count === 0) return null
  return (
    <p className="border-line border-t px-3 py-2 text-small text-waiting">
      {plural(count, 'entry', 'entries')} {count === 1 ? 'is' : 'are'} damaged and not shown. A backup of history.db may
      have {count === 1 ? 'it' : 'them'}.
    </p>
  )
}

/** Over the pages of a list. */
export const unreadableIn = (pages: readonly { readonly unreadable?: number }[] | undefined): number =>
  pages?.reduce((sum, { unreadable = 0 }) => sum + unreadable, 0) ?? 0
