import 'server-only'
import { type Bundle, bundleParts } from '../operations/requirement-bundle'
import { downloadStream } from './download'

/** A bundle as a download; `x-bundle-sha256` is the digest of its chunks. @param isAllowed whether the client may still have it */
export function bundleResponse(bundle: Bundle, headers: Headers, isAllowed: () => boolean): Response {
  const parts = bundleParts(bundle)
  headers.set('content-type', 'application/octet-stream')
  headers.set('content-length', String(parts.reduce((sum, part) => sum + part.length, 0)))
  headers.set('content-disposition', `attachment; filename="${fileName(bundle.name)}"`)
  headers.set('x-bundle-sha256', bundle.sha256)
  return new Response(downloadStream(copies(parts), isAllowed), { headers })
}

function* copies(parts: readonly Uint8Array[]): Generator<Uint8Array, undefined> {
  for (const part of parts) yield new Uint8Array(part)
}

/** `redis==4.0.gearsreq`; what a file system or a header may take amiss becomes `_`. */
const fileName = (name: string): string => `${name.replace(/[^\w.=~<>!+-]/g, '_').slice(0, 100)}.gearsreq`
