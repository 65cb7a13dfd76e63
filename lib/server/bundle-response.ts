import 'server-only'
import { type Bundle, bundleParts } from './actions/requirement-bundle'

/** A bundle as a download; `x-bundle-sha256` is the digest of its chunks. */
export function bundleResponse(bundle: Bundle, headers: Headers): Response {
  const parts = bundleParts(bundle)
  headers.set('content-type', 'application/octet-stream')
  headers.set('content-length', String(parts.reduce((sum, part) => sum + part.length, 0)))
  headers.set('content-disposition', `attachment; filename="${fileName(bundle.name)}"`)
  headers.set('x-bundle-sha256', bundle.sha256)
  const rest = [...parts]
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const part = rest.shift()
      if (part) controller.enqueue(new Uint8Array(part))
      else controller.close()
    },
  })
  return new Response(body, { headers })
}

/** `redis==4.0.gearsreq`; what a file system or a header may take amiss becomes `_`. */
const fileName = (name: string): string => `${name.replace(/[^\w.=~<>!+-]/g, '_').slice(0, 100)}.gearsreq`
