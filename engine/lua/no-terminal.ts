/**
 * Takes the place of what Lua's `debug.debug` and `io.tmpfile` are made with (bin/build-engine.mjs): the engine opens neither to a script,
 * and both ask more of Node than it may have.
 */
export const setDefaultOptions = (): void => {}
