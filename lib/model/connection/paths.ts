/** A page of a connection, without base path: `/orders/registrations`. */
export const pagePath = (...parts: readonly string[]): string => `/${parts.map(encodeURIComponent).join('/')}`
