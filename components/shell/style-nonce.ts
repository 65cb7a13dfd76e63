/**
 * Gives each style element that a script makes the nonce of the page: a script that runs is trusted with styles, too. The editor, the toasts and
 * the dialogs bring their styles so, and not all of them can be given a nonce.
 */
export function styleByNonce(page: Document): void {
  const nonce = page.querySelector('script')?.nonce
  if (!nonce) return
  const create = page.createElement
  page.createElement = new Proxy(create, {
    apply(target, self: Document, args: Parameters<Document['createElement']>) {
      const element = Reflect.apply(target, self, args)
      if (element instanceof HTMLStyleElement) element.nonce = nonce
      return element
    },
  })
}
