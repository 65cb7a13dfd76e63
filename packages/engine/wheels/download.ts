export interface Downloaded {
  readonly bytes: Uint8Array
  /** The final URL after redirects. */
  readonly url: string
  /** The content type in lower case. */
  readonly type: string
}

/** After this long without data, the server counts as unreachable, ms. */
const SILENCE_MS = 5000
const MAX_REQUESTS = 300
const MAX_TOTAL = 192 * 1024 * 1024

/** The downloads of one installation, limited in number and size. The caller limits the time. */
export class Download {
  private requests = 0
  private total = 0
  private readonly authorization: { readonly origin: string; readonly value: string } | undefined

  /** Credentials in the index's URL are sent to its server only. */
  constructor(index: string | undefined) {
    if (index === undefined) return
    const { origin, username, password } = new URL(index)
    if (username === '' && password === '') return
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
    this.authorization = { origin, value: `Basic ${Buffer.from(pair).toString('base64')}` }
  }

  /** Undefined if it does not exist (404). Throws with a readable message if the download fails. */
  async get(from: string, maxBytes: number, accept: string): Promise<Downloaded | undefined> {
    this.requests += 1
    if (this.requests > MAX_REQUESTS) throw new Error(`needs more than ${MAX_REQUESTS} requests`)
    const url = new URL(from)
    url.username = ''
    url.password = ''
    if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Error(`${url.protocol} URLs are not supported`)
    const silence = new AbortController()
    const timer = setTimeout(() => silence.abort(), SILENCE_MS)
    try {
      const headers: Record<string, string> = { accept }
      if (url.origin === this.authorization?.origin) headers.authorization = this.authorization.value
      const response = await fetch(url, { headers, signal: silence.signal })
      if (url.protocol === 'https:' && !response.url.startsWith('https:'))
        throw new Error('redirected from https to http')
      if (response.status === 404) return undefined
      if (!response.ok) throw new Error(`HTTP status ${response.status}`)
      const bytes = await this.read(response, maxBytes, timer)
      return { bytes, url: response.url, type: (response.headers.get('content-type') ?? '').toLowerCase() }
    } catch (error) {
      throw new Error(`${url.href}: ${silence.signal.aborted ? 'no answer within 5 s' : wordsOf(error)}`)
    } finally {
      clearTimeout(timer)
      silence.abort()
    }
  }

  private async read(response: Response, maxBytes: number, timer: NodeJS.Timeout): Promise<Uint8Array> {
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of response.body ?? []) {
      timer.refresh()
      chunks.push(chunk)
      size += chunk.length
      this.total += chunk.length
      if (size > maxBytes) throw new Error(`is larger than ${maxBytes / 1024 / 1024} MB`)
      if (this.total > MAX_TOTAL) throw new Error(`needs more than ${MAX_TOTAL / 1024 / 1024} MB in total`)
    }
    return Buffer.concat(chunks)
  }
}

/** The cause that undici hides behind `fetch failed`. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error ? cause.message || cause.name : error.message
}
