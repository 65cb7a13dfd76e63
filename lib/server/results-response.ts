import 'server-only'
import { MOST_RESULT_BYTES, MOST_RESULTS } from '@/lib/api/contract'
import { type GearsValue, toResultValue } from '@/lib/gears'

/** Between two chunks of so many characters the event loop is free. */
const CHUNK = 256_000

/** `{"results": […], "total": n}`, made as it is read. What is beyond the bounds is left out: `total` counts it all the same. */
export function resultsResponse(
  results: readonly GearsValue[],
  headers: Headers,
  mostBytes = MOST_RESULT_BYTES,
): Response {
  headers.set('content-type', 'application/json')
  const chunks = chunksOf(results, mostBytes)
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise(setImmediate)
      const { value, done } = chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
  return new Response(body, { headers })
}

function* chunksOf(results: readonly GearsValue[], mostBytes: number): Generator<Buffer, undefined> {
  let text = '{"results":['
  let bytes = 0
  for (const value of results.slice(0, MOST_RESULTS)) {
    const json = (bytes > 0 ? ',' : '') + JSON.stringify(toResultValue(value))
    bytes += Buffer.byteLength(json)
    if (bytes > mostBytes) break
    text += json
    if (text.length < CHUNK) continue
    yield Buffer.from(text)
    text = ''
  }
  yield Buffer.from(`${text}],"total":${results.length}}`)
}
