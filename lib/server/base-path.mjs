// Plain JavaScript: bin/ reads it before anything is built.

/** Longest base path, characters. */
const LONGEST = 100
/** First parts that Gearboard's own addresses begin with. */
const TAKEN = ['_next', 'api', 'metrics']

/**
 * Reads GEARBOARD_BASE_PATH, the path of a site under which Gearboard is: `/gears`, or `/tools/gears`. Empty: the site is Gearboard's own.
 * Undefined: it makes no sense.
 */
export function readBasePath(text = '') {
  const path = text.trim().replace(/\/$/, '')
  if (path === '') return ''
  const parts = path.split('/').slice(1)
  const isPath = path.length <= LONGEST && path.startsWith('/') && parts.every((part) => /^[\w~-][\w.~-]*$/.test(part))
  return isPath && !TAKEN.includes(parts[0]) ? path : undefined
}

/** What is wrong with the text that `readBasePath` cannot read. */
export const BASE_PATH_RULE = `must be a path such as /gears, of letters, digits, - _ . ~ and slashes, at most ${LONGEST} characters`

/**
 * The address within Gearboard. A proxy may pass the base path on or cut it off: an address without it is taken as one that was cut.
 */
export function withoutBasePath(url, basePath) {
  const rest = url.startsWith(basePath) ? url.slice(basePath.length) : undefined
  if (rest === '' || rest?.startsWith('?')) return `/${rest}`
  return rest?.startsWith('/') ? rest : url
}

/** The address within the site, as Next serves it. */
export function withBasePath(url, basePath) {
  // Next would send a browser from `/gears/` to `/gears`.
  return basePath === '' ? url : basePath + url.replace(/^\/(?=\?|$)/, '')
}
