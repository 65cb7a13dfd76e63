/** Texts that several pages share. */

export const LOADING = 'Loading…'

export const HISTORY_UNAVAILABLE = 'History unavailable'

export const REFRESH_FAILED = 'Last refresh failed'

/** Below a table whose rows open and can be selected. */
export const TABLE_KEYS = '↑ ↓ to move, Enter to open, x to select, ? for all keys'
