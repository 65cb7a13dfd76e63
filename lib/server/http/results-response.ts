import 'server-only'
import { type GearsValue, toResultValue } from '@gearboard/gears'
import { MOST_RESULT_BYTES, MOST_RESULTS } from '@/lib/api/limits'
import { downloadStream } from './download'

/** Characters of one piece. */
const CHUNK = 256_000

/**
 * `{"results": […], "total": n}`, made as it is read. What is beyond the bounds is left out: `total` still counts it.
 * @param isAllowed whether the client may still have them
 */
export function resultsResponse(
  results: readonly GearsValue[],
  headers: Headers,
  isAllowed: () => boolean,
  mostBytes = MOST_RESULT_BYTES,
): Response {
  headers.set('content-type', 'application/json')
  return new Response(downloadStream(chunksOf(results, mostBytes), isAllowed), { headers })
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
