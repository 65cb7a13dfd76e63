import { z } from 'zod'
import { type Grant, type Grantee, HIDDEN_KINDS } from '@/lib/model/people/grant'
import { ROLES } from '@/lib/model/people/role'

const selector = z
  .string()
  .regex(/^(label:)?[^\p{C}\s]{1,63}$/u, 'must be the name of a connection, a pattern with *, or label: and a label')

const NAME_FORM = 'must be everyone, or user: or group: and a name'

/** `everyone`, `user:ada` or `group:sre`. */
const grantee = z.string().transform((text, context): Grantee => {
  if (text === 'everyone') return { kind: 'everyone' }
  const [, kind, name] = /^(user|group):([^\p{C}]{1,128})$/u.exec(text) ?? []
  if ((kind === 'user' || kind === 'group') && name !== undefined) return { kind, name }
  context.addIssue({ code: 'custom', message: NAME_FORM })
  return z.NEVER
})

/** Of a local user; `anonymous` is what the audit log calls those who are not signed in. */
export const userName = z
  .string()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,63}$/u,
    'must be 1 to 64 letters, digits or . _ @ + -, and begin with a letter or digit',
  )
  .refine((name) => name.toLowerCase() !== 'anonymous', 'is the word for users who are not signed in; choose another')

export const connectionSelectors = z
  .array(selector)
  .min(1, 'must have an entry; * is all connections')
  .max(100, 'must have at most 100 entries')

/** A grant as a configuration file or a person writes it. */
export const grantInFile = z
  .strictObject({
    who: grantee,
    connections: connectionSelectors,
    role: z.enum(ROLES, `must be one of ${ROLES.join(', ')}`),
    hides: z
      .array(z.enum(HIDDEN_KINDS, `must be one of ${HIDDEN_KINDS.join(', ')}`))
      .max(HIDDEN_KINDS.length)
      .optional(),
  })
  .refine(({ role, hides = [] }) => role === 'viewer' || hides.length === 0, {
    path: ['hides'],
    message: 'is for viewers: whoever may act can read what functions return',
  })

export type GrantInFile = Grant & { readonly who: Grantee }
