import { readFileSync } from 'node:fs'

/** A recorded answer; `raw` holds its bytes as latin-1 text, and is absent where it was held back. */
export interface Recording {
  readonly name: string
  readonly server: string
  readonly protocol?: 2 | 3
  readonly command: readonly string[]
  readonly raw?: string
  readonly held?: true
}

export const PLAYS = ['standalone', 'v1.0.9', 'cluster', 'resp3', 'persistence-replica', 'plain-redis'] as const

/** All that was asked, those with the answer held back too. */
export const allRecordings = (play: (typeof PLAYS)[number]): readonly Recording[] =>
  JSON.parse(readFileSync(new URL(`replies/${play}.json`, import.meta.url), 'utf8'))

export const recordings = (play: (typeof PLAYS)[number]): readonly (Recording & { readonly raw: string })[] =>
  allRecordings(play).flatMap((each) => (each.held || each.raw === undefined ? [] : [{ ...each, raw: each.raw }]))
