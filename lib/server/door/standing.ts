const KEY: unique symbol = Symbol.for('gearboard.door')
const shared: typeof globalThis & { [KEY]?: true } = globalThis

/** The server of this process has the door before it. */
export function markDoor(): void {
  shared[KEY] = true
}

/** What a request says of its client is the door's word; without a door it would be the client's own. */
export const doorStands = (): boolean => shared[KEY] === true
