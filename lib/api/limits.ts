/** Limits that a page states too: a browser must not load the schemas of the contract for them. */

/** The most results of an execution that Gearboard requests from its server, and the most bytes of them in one reply. */
export const MOST_RESULTS = 200_000
export const MOST_RESULT_BYTES = 64_000_000

/** Largest requirement bundle that is taken, bytes. */
export const MAX_BUNDLE_BYTES = 256 * 1024 * 1024
