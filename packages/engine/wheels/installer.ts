import { Worker } from 'node:worker_threads'
import type { Environment } from './marker'

/** A wheel of a requirement, in the form that threads and shards exchange. */
export interface WheelBytes {
  readonly requirement: string
  /** The file's name. */
  readonly name: string
  readonly bytes: Uint8Array
}

export interface FetchRequest {
  /** PEP 508 requirements. */
  readonly requirements: readonly string[]
  readonly findLinks: string | undefined
  /** A simple index; undefined means no network access. */
  readonly indexUrl: string | undefined
  readonly environment: Environment
}

/** A shard's request. */
export type WheelRequest = Pick<FetchRequest, 'requirements' | 'environment'>

/** All wheels, or the reason why one is unavailable. */
export type FetchAnswer = { readonly wheels: readonly WheelBytes[] } | { readonly error: string }

const LIMIT_MS = 90_000
const AT_ONCE = 2
/** The thread's heap, in addition to the bytes of wheels, which downloads limit. */
const LIMITS = { maxOldGenerationSizeMb: 256 }
const MAX_WAITING = 64

interface Job {
  readonly request: WheelRequest
  readonly done: (answer: FetchAnswer) => void
}

/** Downloads wheels on threads of their own, a few at a time, because the engine may not start processes. */
export class Installer {
  private readonly running = new Set<Worker>()
  private readonly waiting: Job[] = []
  private stopped = false

  constructor(
    private readonly module: URL,
    private readonly from: Pick<FetchRequest, 'findLinks' | 'indexUrl'>,
  ) {}

  /** `done` is called once, later. */
  fetch(request: WheelRequest, done: (answer: FetchAnswer) => void): void {
    if (this.waiting.length >= MAX_WAITING) {
      setImmediate(() => done({ error: `${MAX_WAITING} installations are already waiting` }))
      return
    }
    this.waiting.push({ request, done })
    this.next()
  }

  stop(): void {
    this.stopped = true
    for (const worker of this.running) worker.terminate()
  }

  private next(): void {
    if (this.stopped || this.running.size >= AT_ONCE) return
    const job = this.waiting.shift()
    if (job) this.start(job)
  }

  private start({ request, done }: Job): void {
    const workerData = { ...request, ...this.from } satisfies FetchRequest
    const worker = new Worker(this.module, { workerData, stdout: true, stderr: true, resourceLimits: LIMITS })
    this.running.add(worker)
    let answer: FetchAnswer | undefined
    const ended = (reason: string): void => {
      if (!this.running.delete(worker)) return
      clearTimeout(timer)
      done(answer ?? { error: reason })
      this.next()
    }
    const timer = setTimeout(() => {
      worker.terminate()
      // A thread that waits for a name server ends only after its answer.
      ended(`installation took longer than ${LIMIT_MS / 1000} s`)
    }, LIMIT_MS)
    worker.on('message', (message: FetchAnswer) => {
      answer = message
    })
    worker.on('error', (error) => ended(error instanceof Error ? error.message : String(error)))
    worker.on('exit', (code) => ended(`installation ended with exit code ${code}`))
  }
}
