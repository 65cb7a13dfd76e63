/** More would be too small to read at 16 px. */
const MOST = 9

/** The icon of the app with a count in a red disc, as SVG. */
export const tabIcon = (failing: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" fill="none" stroke="#3d7de8" stroke-width="1.5"><rect x="1" y="1" width="18" height="18" rx="4.5" fill="#0d0e10"/><circle cx="8" cy="8" r="4"/><circle cx="13.5" cy="13.5" r="6.5" fill="#c9302c" stroke="none"/><text x="13.5" y="17" font-family="sans-serif" font-size="${failing > MOST ? 8 : 10}" font-weight="bold" text-anchor="middle" fill="#fff" stroke="none">${failing > MOST ? `${MOST}+` : failing}</text></svg>`
