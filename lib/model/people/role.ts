/** What an endpoint needs; a role holds each level up to its own. */
export type Access = 'read' | 'operate' | 'develop' | 'admin'

/**
 * What a person may do on a connection, in this order. `viewer` reads. `operator` aborts, drops, triggers, pauses and unregisters.
 * `developer` submits and upgrades scripts. `admin` changes the configuration, connections and people.
 */
export const ROLES = ['viewer', 'operator', 'developer', 'admin'] as const
export type Role = (typeof ROLES)[number]

const ROLE_WITH: Readonly<Record<Access, Role>> = {
  read: 'viewer',
  operate: 'operator',
  develop: 'developer',
  admin: 'admin',
}

/** Whether `role` is at least as much as `other`. */
export const covers = (role: Role, other: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(other)

export const allows = (role: Role, needed: Access): boolean => covers(role, ROLE_WITH[needed])

/** Why this role does not do; the same on a button and in the server's answer. */
export const roleRefusal = (needed: Access, role: Role | null): string =>
  `This needs the ${ROLE_WITH[needed]} role; yours is ${role ?? 'none'}.`
