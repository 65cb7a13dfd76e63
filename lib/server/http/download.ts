import 'server-only'

/** The body of a download, piece by piece: it breaks off, as an error and not as its end, when `ended` is aborted. */
export function download(
  pieces: Iterator<Uint8Array, undefined>,
  ended: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      // Between two pieces the event loop is free.
      await new Promise(setImmediate)
      if (ended?.aborted) return controller.error(new Error('the session ended'))
      const { value, done } = pieces.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
}
