'use client'

import { formatCount } from '@gearboard/gears/vocabulary/text'
import type { ResultValue } from '@gearboard/gears/vocabulary/value'
import { useMemo, useState } from 'react'
import { BoundedText } from '@/components/shared/text/bounded-text'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { NAME_CHARS } from '@/lib/model/registrations/description'
import { rowsOf } from '@/lib/model/text/result-tree'
import { visibleText } from '@/lib/model/text/visible-text'

const PAGE = 100
/** Characters of a cell, shown at first. */
const CELL = 400

/** Results as rows: dicts by their keys, lists by position. */
export function ReplyTable({ results }: { readonly results: readonly ResultValue[] }) {
  const table = useMemo(() => rowsOf(results), [results])
  const [shown, setShown] = useState(PAGE)
  return (
    <div>
      <table className="w-full">
        <thead>
          <tr className="h-7 text-left text-fg-3">
            <th scope="col" className="w-10 pr-2 text-right font-normal">
              #
            </th>
            {table.columns.map((column) => (
              <th key={column.name} scope="col" className={cn('px-2 font-normal', column.numeric && 'text-right')}>
                {visibleText(column.name, NAME_CHARS)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="font-mono text-small">
          {table.rows.slice(0, shown).map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: results have no identity but their place
            <tr key={i} className="h-7 border-line border-t align-baseline">
              <td className="w-10 pr-2 text-right text-fg-3">{i + 1}</td>
              {table.columns.map((column, c) => (
                <td
                  key={visibleText(column.name, NAME_CHARS)}
                  className={cn('px-2 py-1 [overflow-wrap:anywhere]', column.numeric && 'text-right')}
                >
                  {row[c] === undefined || row[c] === null ? (
                    <span className="text-fg-3">–</span>
                  ) : (
                    <BoundedText text={row[c]} most={CELL} />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {table.rows.length > shown && (
        <Button size="row" variant="ghost" onClick={() => setShown(shown + 10 * PAGE)}>
          {formatCount(table.rows.length - shown)} more
        </Button>
      )}
    </div>
  )
}
