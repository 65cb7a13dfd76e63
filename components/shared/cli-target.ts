/** `-h host -p port` for redis-cli, of `host:port`; an IPv6 host stands in brackets there, and without them here. */
export function cliTarget(address: string): readonly string[] {
  const colon = address.lastIndexOf(':')
  return ['-h', address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), '-p', address.slice(colon + 1)]
}
