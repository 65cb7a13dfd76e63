import { wallMs } from '@gearboard/gears/vocabulary/clock'

const TYPES = {
  csv: 'text/csv;charset=utf-8',
  json: 'application/json',
  jsonl: 'application/x-ndjson;charset=utf-8',
  txt: 'text/plain;charset=utf-8',
} as const

/** Hands text, or the pieces of a file, to the browser as a file named `<name>-<time>.<kind>`. */
export function download(name: string, kind: keyof typeof TYPES, content: string | readonly BlobPart[]): void {
  const stamp = new Date(wallMs()).toISOString().slice(0, 19).replaceAll(':', '')
  saveAs(
    `${name}-${stamp}.${kind}`,
    new Blob(typeof content === 'string' ? [content] : [...content], { type: TYPES[kind] }),
  )
}

/** Hands `blob` to the browser as a file of this name. */
export function saveAs(fileName: string, blob: Blob): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  // The browser has taken the blob once the click is handled.
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}
