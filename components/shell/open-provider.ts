/** Opens an address of the provider in place of this page; anything but a page of the web is refused. */
export function openProvider(address: string): void {
  if (/^https?:\/\//.test(address)) window.location.assign(address)
}
