import 'server-only'

/**
 * The body of a download, piece by piece, each made when the client has taken the one before: it breaks off, as an error and not as its end, when
 * the client may no longer have it.
 */
export function downloadStream(
  pieces: Iterator<Uint8Array, undefined> | AsyncIterator<Uint8Array, undefined>,
  isAllowed: () => boolean,
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      // Between two pieces the event loop is free.
      await new Promise(setImmediate)
      if (!isAllowed()) {
        await pieces.return?.()
        return controller.error(new Error('the session or the grant ended'))
      }
      const { value, done } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await pieces.return?.()
    },
  })
}
