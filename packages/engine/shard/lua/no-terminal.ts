/**
 * Replaces the modules behind Lua's `debug.debug` and `io.tmpfile` (bin/build-engine.mjs). The engine offers neither to scripts, and both
 * need more of Node than it is allowed.
 */
export const setDefaultOptions = (): void => {}
