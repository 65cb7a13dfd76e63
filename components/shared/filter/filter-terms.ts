import { type Token, tokenise } from '@/lib/model/filter/filter'

/** The filter's text as the input shows it: finished terms as chips, and the term that is being typed. */
export interface ShownTerms {
  readonly chips: readonly Token[]
  readonly draft: string
}

export function shownTerms(text: string, typing: boolean): ShownTerms {
  const tokens = tokenise(text)
  return typing ? { chips: tokens.slice(0, -1), draft: tokens.at(-1)?.raw ?? '' } : { chips: tokens, draft: '' }
}

export const joinTerms = (...terms: readonly string[]): string => terms.filter((term) => term !== '').join(' ')

/** The terms of a field, as written in the text. */
export const termsOf = (text: string, field: string): readonly string[] =>
  tokenise(text).flatMap(({ raw }) => (isOf(raw, field) ? raw : []))

/** The text with the terms of a field replaced by `term`, or taken out; everything else in it stays. */
export const withTerm = (text: string, field: string, term: string | null): string =>
  joinTerms(...tokenise(text).flatMap(({ raw }) => (isOf(raw, field) ? [] : raw)), term ?? '')

const isOf = (raw: string, field: string): boolean => raw.replace(/^-/, '').toLowerCase().startsWith(`${field}:`)

/** The text still ends inside a term: no blank after it, or the blank is within an open quote. */
export function endsInTerm(text: string): boolean {
  const last = tokenise(text).at(-1)
  return last !== undefined && last.end === text.length
}
