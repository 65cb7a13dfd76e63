import type { ReleaseNotes } from '@/lib/api/contract/connections'

/** The newest part of a changelog: its heading, and its entries without their line breaks. */
export function newestNotes(changelog: string): ReleaseNotes {
  const [, what = '', body = ''] = /^## (.+)\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(changelog) ?? []
  const notes = body
    .split(/^- /m)
    .slice(1)
    .map((note) => note.replace(/\s+/g, ' ').trim())
  return { what: what.trim(), notes }
}
