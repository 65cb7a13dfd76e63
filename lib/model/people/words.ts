import type { Grant, Grantee } from './grant'

/** As a configuration file writes it: `user:ada`. */
export const granteeInWords = (who: Grantee): string =>
  who.kind === 'everyone' ? 'everyone' : `${who.kind}:${who.name}`

/** `user:ada: viewer on orders, label:eu; hides results` */
export function grantInWords({ who, connections, role, hides = [] }: Grant & { readonly who: Grantee }): string {
  const hidden = hides.length === 0 ? '' : `; hides ${hides.join(', ')}`
  return `${granteeInWords(who)}: ${role} on ${connections.join(', ')}${hidden}`
}
