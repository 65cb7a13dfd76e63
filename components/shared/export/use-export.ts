'use client'

import { plural } from '@gearboard/gears/vocabulary/text'
import { useEffect, useRef, useState } from 'react'
import { download } from '@/components/shared/page/download'
import { toast } from '@/components/ui/toaster'
import { describeError } from '@/lib/api/call'
import { readExport, type ServerExport } from '@/lib/api/exports'
import type { ExportFormat } from '@/lib/model/export/export-table'

/** Runs an export, one at a time. `rows`: those that arrived so far; undefined while none runs. */
export function useExport(noun: string, { urlIn }: ServerExport) {
  const [rows, setRows] = useState<number>()
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])
  const start = async (format: ExportFormat) => {
    const stopping = new AbortController()
    running.current = stopping
    setRows(0)
    try {
      const {
        pieces,
        rows: all,
        incomplete,
      } = await readExport(urlIn(format), format, {
        signal: stopping.signal,
        progress: setRows,
      })
      download(`${noun.replaceAll(' ', '-')}s`, format, pieces)
      if (incomplete === undefined) toast.success(`Exported ${plural(all, noun)}`)
      else toast.warning(`Exported ${plural(all, noun)}, incomplete`, { description: incomplete })
    } catch (error) {
      if (!stopping.signal.aborted) toast.error('Export failed', { description: describeError(error) })
    } finally {
      setRows(undefined)
    }
  }
  return { rows, start, stop: () => running.current?.abort() }
}
