import 'server-only'

/**
 * The history keeps in SQLite what RedisGears forgets. The few ideas:
 *
 * - **Writing never holds up anything.** What is recorded waits in bounded lanes (one a kind), where news of the same thing become one
 *   entry, and is written in batches by libsql's background thread: the event loop is held only to make and copy some JSON. A lane that is
 *   full refuses, and `stats()` says how often. Nothing waits longer than some 250 ms while the disk keeps up, so `kill -9` loses less than
 *   a second; SQLite's write-ahead log keeps the file whole. What people did is synced before its promise resolves.
 * - **A batch is JSON in a temporary table, and SQL does the rest** in one transaction: it finds the row that an execution belongs to,
 *   merges, counts errors once, adds points to buckets. So a batch can be tried again, and there is no state in memory to lose.
 * - **Epochs.** Ids start over with each server process. The same key is another execution when the run id is another, when it appeared
 *   while Gearboard was looking although it is known from before, or when it runs although it was over. Then the epoch goes up by one.
 * - **Three widths at once.** Each point of a series is added to its second, minute and hour, so there is nothing to roll up. Levels keep
 *   sum, number and maximum, counts the sum: any step that is a multiple of a width is exact. Nothing recorded is a gap, never a zero.
 * - **One writer a directory**, by a lock of the operating system that goes with its process. Others read, and one of them takes over.
 * - **Forgetting is incremental**: oldest executions first, in small transactions in the background, by age and by size; the file shrinks
 *   with them. What people did (sources, audit) is bounded by number.
 *
 * Files: `<directory>/history.db` with -wal and -shm, `writer.lock`; `history.db.corrupt-<time>` where a damaged one was found,
 * `history.db.schema-<n>` as it was before its schema was changed.
 */
export type { ExecutionKnowledge } from './sqlite/executions/execution-intake'
export type { SessionRow } from './sqlite/people/sessions'
export { Tally } from './sqlite/readable'
export { keptStep } from './sqlite/series/series-reads'
export { type HistoryStoreOptions, openHistoryStore } from './sqlite/sqlite-store'
export type { HistoryLoad, HistoryStore, KeptRecord, PeopleKind } from './store'
