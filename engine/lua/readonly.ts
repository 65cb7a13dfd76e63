import { type LuaState, lua, to_luastring } from 'fengari'
import ldebug from 'fengari/src/ldebug.js'
import ltable from 'fengari/src/ltable.js'

/**
 * Redis's Lua can mark a table as read-only: whatever writes to it raises (an assignment, `rawset`, `table.insert`, `setmetatable`), so that no
 * script changes what the next one finds. Fengari has no such mark; all its writes by scripts pass `luaH_setfrom`, where this module adds it.
 */
const marked = new WeakSet<object>()

/** With the place where Lua code did it, without one where a function of C did, as Redis. */
const refuse = (state: LuaState): never =>
  ldebug.luaG_runerror(state, to_luastring('Attempt to modify a readonly table'))

const write = ltable.luaH_setfrom
ltable.luaH_setfrom = (state, table, key, value) => {
  if (marked.has(table)) refuse(state)
  write(state, table, key, value)
}

/** Marks the table on top of the stack and every table that it leads to, metatables (that of strings too) included. */
export function protect(state: LuaState): void {
  lua.lua_checkstack(state, 4)
  if (lua.lua_getmetatable(state, -1)) {
    protect(state)
    lua.lua_pop(state, 1)
  }
  const table = lua.lua_topointer(state, -1)
  if (!(table instanceof ltable.Table) || marked.has(table)) return
  marked.add(table)
  const { metatable } = table
  Object.defineProperty(table, 'metatable', { get: () => metatable, set: () => refuse(state) })
  lua.lua_pushnil(state)
  while (lua.lua_next(state, -2)) {
    protect(state)
    lua.lua_pop(state, 1)
  }
}

/** Lets `change` write to the table on top of the stack, for the engine's own writes. */
export function unprotected(state: LuaState, change: () => void): void {
  const table = lua.lua_topointer(state, -1)
  if (!(table instanceof ltable.Table)) throw new Error('only a table is protected')
  marked.delete(table)
  try {
    change()
  } finally {
    marked.add(table)
  }
}
