/**
 * `crash`: the server dies or hangs. `unread`: whether it would is not known. Both are refused unless overridden. `error`: it will fail.
 * `warning`: it may surprise.
 */
export type Severity = 'crash' | 'unread' | 'error' | 'warning'
