/** A placeholder for our own origin. Its value does not matter, only whether a URL leaves it. */
const OWN = 'http://own.invalid'

function resolved(address: string): string | undefined {
  if (!URL.canParse(address, OWN)) return undefined
  const { origin, pathname, search, hash } = new URL(address, OWN)
  return origin === OWN ? pathname + search + hash : undefined
}

/**
 * The address as a path of our own, `/` for one that leads elsewhere. A browser drops tabs and line breaks from an address, reads `\` as
 * `/` and takes dots out, so it is resolved as the browser does; twice, because `/.//other.example` only then shows where it leads.
 */
export function ownPath(address: string | null): string {
  const path = address?.startsWith('/') ? resolved(address) : undefined
  return path !== undefined && resolved(path) === path ? path : '/'
}
