/**
 * Node's switches for the engines of tests, most of which live for seconds: V8 does not optimise Python's interpreter, which costs more than
 * it saves in so short a time, and its heap begins larger, so that it is collected less often. Tests of what Python may do to the engine, of
 * its stack and of its memory start theirs without these.
 */
export const SHORT_LIVED = ['--liftoff-only', '--min-semi-space-size=16']
