import { steadyMs, wallMs } from '@gearboard/gears/vocabulary/clock'
import { plural } from '@gearboard/gears/vocabulary/text'
import 'server-only'
import { ApiRefusal } from '../errors'
import type { Hub } from '../hub/hub'

/** How often a browser expects to hear something: an open stream that carries nothing looks alive for minutes. */
const HEARTBEAT_MS = 5000
/**
 * The rate for one viewer when much changes: after a large message the next one waits, and merges what changed meanwhile. 500 kB a second.
 */
const BYTES_PER_MS = 500
const MAX_PAUSE_MS = 2000
/** Ends a message. */
const END = Buffer.from('\n\n')
/** Streams of one connection at a time: each keeps a socket and may have a message of its own waiting. */
const MAX_VIEWERS = 256
/** The share of one client: one session, or one address where signing in is not required. */
const MAX_VIEWERS_OF_ONE = 64
/** When a viewer who found no place may try again, s. */
const RETRY_AFTER_S = 30

/** Who watches. */
interface StreamViewer {
  /** Ends the stream. */
  readonly signal: AbortSignal
  readonly client?: string
  /** Asked at each beat. */
  readonly isAllowed?: () => boolean
}

/**
 * The feed as server-sent events, from version `since` or from everything, until `signal` ends it: `delta`, and every 5 s a `beat` with the
 * time of this server, ms since the epoch. One message waits at most: a reader that
 * is slow gets what it missed as one merged delta, made when it reads again, so that it costs no memory.
 * @throws ApiRefusal `busy` when there are too many already, of all or of this one
 */
export function liveStream(
  hub: Pick<Hub, 'feed' | 'addViewer' | 'viewers'>,
  since: number | undefined,
  { signal, client = '', isAllowed = () => true }: StreamViewer,
): ReadableStream<Uint8Array> {
  const { feed } = hub
  if (hub.viewers >= MAX_VIEWERS) {
    const full = `This connection already has ${plural(MAX_VIEWERS, 'live stream')}, the limit. Poll instead.`
    throw new ApiRefusal('busy', full, undefined, RETRY_AFTER_S)
  }
  const own = viewersOf(hub)
  if ((own.get(client) ?? 0) >= MAX_VIEWERS_OF_ONE) {
    const full = `This client already has ${plural(MAX_VIEWERS_OF_ONE, 'live stream')} of this connection, the limit. Poll instead.`
    throw new ApiRefusal('busy', full, undefined, RETRY_AFTER_S)
  }
  const encoder = new TextEncoder()
  let sent = since
  let end = () => {}
  let notBefore = 0
  let paused: NodeJS.Timeout | undefined

  const sendNews = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    if ((controller.desiredSize ?? 0) <= 0 || sent === feed.version || paused) return
    const wait = notBefore - steadyMs()
    if (wait > 0) {
      paused = setTimeout(() => {
        paused = undefined
        sendNews(controller)
      }, wait)
      return
    }
    const json = feed.jsonSince(sent)
    notBefore = steadyMs() + Math.min(MAX_PAUSE_MS, json.length / BYTES_PER_MS)
    sent = feed.version
    controller.enqueue(Buffer.concat([encoder.encode(`event: delta\nid: ${sent}\ndata: `), json, END]))
  }

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        if (signal.aborted) return controller.close()
        const release = hub.addViewer()
        own.set(client, (own.get(client) ?? 0) + 1)
        const unsubscribe = feed.subscribe(() => sendNews(controller))
        // The first one brings the time before any age is drawn.
        const beat = () => {
          if ((controller.desiredSize ?? 0) > 0)
            controller.enqueue(encoder.encode(`event: beat\ndata: ${wallMs()}\n\n`))
        }
        beat()
        const close = () => {
          end()
          controller.close()
        }
        // A token expires without a sign.
        const heartbeat = setInterval(() => (isAllowed() ? beat() : close()), HEARTBEAT_MS)
        end = () => {
          clearInterval(heartbeat)
          clearTimeout(paused)
          unsubscribe()
          release()
          leave(own, client)
          signal.removeEventListener('abort', close)
        }
        signal.addEventListener('abort', close)
      },
      // Asked whenever the reader has taken the last message.
      pull: sendNews,
      cancel: () => end(),
    },
    { highWaterMark: 1 },
  )
}

const viewers = new WeakMap<object, Map<string, number>>()

function viewersOf(hub: object): Map<string, number> {
  const known = viewers.get(hub) ?? new Map<string, number>()
  viewers.set(hub, known)
  return known
}

function leave(own: Map<string, number>, client: string): void {
  const left = (own.get(client) ?? 0) - 1
  if (left > 0) own.set(client, left)
  else own.delete(client)
}
