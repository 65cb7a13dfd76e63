/** Texts that several pages share. */

export const LOADING = 'Loading…'

export const HISTORY_UNAVAILABLE = 'History unavailable'

export const REFRESH_FAILED = 'Last refresh failed'

/** Starts Gearboard on a server of the user's. */
export const CONNECT_COMMAND = 'GEARBOARD_URL=redis://user:password@host:6379/ npm start'

/** Below a table whose rows open and can be selected. */
export const TABLE_KEYS = '↑ ↓ to move, Enter to open, x to select, ? for all keys'
