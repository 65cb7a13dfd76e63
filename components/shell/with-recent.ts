const MOST = 8
/** Ids are shorter; anything longer is not kept. */
const LONGEST = 400

/** The recent pages after one more was shown. */
export const withRecent = (recents: readonly string[], path: string): string[] =>
  path === '' || path.length > LONGEST
    ? [...recents]
    : [path, ...recents.filter((known) => known !== path)].slice(0, MOST)
