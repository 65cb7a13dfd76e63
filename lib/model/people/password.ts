export const LEAST_PASSWORD_CHARS = 12
const MOST_PASSWORD_CHARS = 512
/** Of a password without the user's name. */
const LEAST_OWN_CHARS = 6
const LEAST_DIFFERENT_CHARS = 4

/** Why a password cannot be this user's; undefined where it can. The same in the form and in the server's answer. */
export function passwordProblem(password: string, name: string): string | undefined {
  if (password.length < LEAST_PASSWORD_CHARS) return `must have at least ${LEAST_PASSWORD_CHARS} characters`
  if (password.length > MOST_PASSWORD_CHARS) return `must have at most ${MOST_PASSWORD_CHARS} characters`
  if (new Set(password).size < LEAST_DIFFERENT_CHARS)
    return `must have at least ${LEAST_DIFFERENT_CHARS} different characters`
  const own = name === '' ? password : password.toLowerCase().replaceAll(name.toLowerCase(), '')
  return own.length < LEAST_OWN_CHARS ? 'must not consist of the user’s name' : undefined
}
