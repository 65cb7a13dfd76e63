/** Pages that have views: each is its own list of them. */
export const VIEW_PAGES = ['executions', 'registrations'] as const
export type ViewPage = (typeof VIEW_PAGES)[number]

/** What a page shows, under a name, for everyone who uses this Gearboard. */
export interface SavedView {
  readonly id: number
  readonly page: ViewPage
  /** Unique on its page, whatever the case. */
  readonly name: string
  /** The page's search parameters, as in its address: `q=status%3Afailed&range=1h`. */
  readonly query: string
  /** Our clock, ms. */
  readonly createdAt: number
  /** Null where signing in is not required. */
  readonly createdBy: string | null
  readonly changedAt: number
  readonly changedBy: string | null
}

/** Of one page of one connection. */
export const MAX_VIEWS = 100
export const MAX_VIEW_NAME = 60
export const MAX_VIEW_QUERY = 4000
