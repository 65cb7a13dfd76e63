import { GearsError, parseTarget, type Target, targetFaults } from '@gearboard/gears'
import { type ConnectionDefinition, connectionDefinition } from '@/lib/api/contract/connection-definition'

/** A definition that leads to a target: its URL can be read, and its fields agree with it. */
export const checkedDefinition = connectionDefinition.superRefine((definition, context) => {
  const wrong = (path: readonly string[], message: string) =>
    context.addIssue({ code: 'custom', path: [...path], message })
  const { url, username, password, tls, sentinel } = definition
  const named = targetOfUrl(url, (message) => wrong(['url'], message))
  if (!named) return
  if (username !== undefined && named.username !== undefined) wrong(['username'], 'is in the URL already; name it once')
  if (password !== undefined && named.password !== undefined) wrong(['password'], 'is in the URL already; give it once')
  if (tls && !named.tls) wrong(['tls'], 'needs a URL with rediss:// or rediss+sentinel://')
  if (sentinel && !named.sentinel) wrong(['sentinel'], 'needs a URL with redis+sentinel://')
  for (const { field, message } of targetFaults(completed(named, definition))) wrong(field.split('.'), message)
})

/** Where a definition leads, and as which user. May hold secrets. */
export const targetOf = (definition: ConnectionDefinition): Target => completed(parseTarget(definition.url), definition)

/** What no URL can express is in fields of its own. */
const completed = (
  named: Target,
  {
    username,
    password,
    tls,
    sentinel,
    natMap,
  }: Pick<ConnectionDefinition, 'username' | 'password' | 'tls' | 'sentinel' | 'natMap'>,
): Target => ({
  ...named,
  ...(username !== undefined && { username }),
  ...(password !== undefined && { password }),
  ...(tls && named.tls && { tls }),
  ...(sentinel && named.sentinel && { sentinel: { ...named.sentinel, ...sentinel } }),
  ...(natMap && { natMap }),
})

/** The client's own words name the form and never the URL. */
function targetOfUrl(url: string, wrong: (message: string) => void): Target | undefined {
  try {
    return parseTarget(url)
  } catch (error) {
    if (!(error instanceof GearsError)) throw error
    wrong(`is no ${error.message}`)
    return undefined
  }
}
