import { plural } from '@gearboard/gears/vocabulary/text'
import { ApiError, confirmHeader, failureOf, isRecord, urlOf } from './call'
import type { ImportReply } from './contract/environment'
import { MAX_BUNDLE_BYTES } from './limits'
import { routes } from './routes'

/** Distributing wheels to all shards and installing them takes as long as pip does, ms. */
const INSTALL_MS = 10 * 60_000

export interface DownloadedBundle {
  readonly fileName: string
  readonly blob: Blob
  readonly sha256: string
}

/** Fetches a requirement's bundle. @throws ApiError */
export async function downloadBundle(connection: string, name: string): Promise<DownloadedBundle> {
  const response = await fetch(urlOf(routes.exportRequirement.path, { connection, name }), {
    cache: 'no-store',
  }).catch(() => undefined)
  if (!response) throw new ApiError('unreachable', 'Gearboard does not answer.')
  if (!response.ok) throw failureOf(response.status, await response.json().catch(() => undefined))
  const [, fileName] = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? []
  return {
    fileName: fileName ?? 'requirement.gearsreq',
    blob: await response.blob(),
    sha256: response.headers.get('x-bundle-sha256') ?? '',
  }
}

/**
 * Sends a bundle and reports its progress, which `fetch` does not do for uploads. Resolves when every shard has it.
 * @throws ApiError
 */
export function uploadBundle(
  connection: string,
  file: Blob,
  confirm: string | undefined,
  onProgress: (percent: number) => void,
): Promise<ImportReply> {
  if (file.size > MAX_BUNDLE_BYTES) {
    const most = plural(MAX_BUNDLE_BYTES, 'byte')
    return Promise.reject(new ApiError('invalid_request', `The file must be at most ${most}.`))
  }
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(routes.importRequirement.method, urlOf(routes.importRequirement.path, { connection }))
    request.setRequestHeader('content-type', 'application/octet-stream')
    for (const [name, value] of Object.entries(confirmHeader(confirm))) request.setRequestHeader(name, value)
    request.timeout = INSTALL_MS
    request.responseType = 'json'
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? Math.floor((100 * loaded) / total) : 0)
    request.onload = () => {
      const body: unknown = request.response
      if (request.status >= 200 && request.status < 300 && isImportReply(body)) resolve(body)
      else reject(failureOf(request.status, body))
    }
    request.onerror = () => reject(new ApiError('unreachable', 'Gearboard does not answer.'))
    request.ontimeout = () => reject(new ApiError('timeout', `No answer within ${INSTALL_MS / 60_000} min.`))
    request.send(file)
  })
}

const isImportReply = (value: unknown): value is ImportReply =>
  isRecord(value) &&
  typeof value.name === 'string' &&
  typeof value.sha256 === 'string' &&
  [value.installedOn, value.missingOn, value.unknownOn].every(Array.isArray)
