import { type ChildProcess, fork } from 'node:child_process'
import type { Environment } from './marker'

/** A wheel of a requirement, on its way between processes, threads and shards. */
export interface WheelBytes {
  readonly requirement: string
  /** The file's name. */
  readonly name: string
  readonly bytes: Uint8Array
}

export interface FetchRequest {
  /** PEP 508. */
  readonly requirements: readonly string[]
  readonly findLinks: string | undefined
  /** A simple index; undefined leaves the network alone. */
  readonly indexUrl: string | undefined
  readonly environment: Environment
}

/** What a shard asks for. */
export type WheelRequest = Pick<FetchRequest, 'requirements' | 'environment'>

/** All wheels, or why one of them can not be had. */
export type FetchAnswer = { readonly wheels: readonly WheelBytes[] } | { readonly error: string }

const LIMIT_MS = 90_000
const AT_ONCE = 2
const MAX_WAITING = 64

interface Job {
  readonly request: WheelRequest
  readonly done: (answer: FetchAnswer) => void
}

/** Gets wheels in processes of their own, a few at a time. */
export class Installer {
  private readonly running = new Set<ChildProcess>()
  private readonly waiting: Job[] = []
  private stopped = false

  constructor(
    private readonly module: URL,
    private readonly from: Pick<FetchRequest, 'findLinks' | 'indexUrl'>,
  ) {}

  /** `done` is called once, later. */
  fetch(request: WheelRequest, done: (answer: FetchAnswer) => void): void {
    if (this.waiting.length >= MAX_WAITING) {
      setImmediate(() => done({ error: `more than ${MAX_WAITING} installations wait already` }))
      return
    }
    this.waiting.push({ request, done })
    this.next()
  }

  stop(): void {
    this.stopped = true
    for (const child of this.running) child.kill('SIGKILL')
  }

  private next(): void {
    if (this.stopped || this.running.size >= AT_ONCE) return
    const job = this.waiting.shift()
    if (job) this.start(job)
  }

  private start({ request, done }: Job): void {
    const child = fork(this.module, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
    })
    this.running.add(child)
    let answer: FetchAnswer | undefined
    let late = false
    const timer = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, LIMIT_MS)
    child.on('message', (message: FetchAnswer) => {
      answer = message
    })
    const ended = (reason: string): void => {
      if (!this.running.delete(child)) return
      clearTimeout(timer)
      done(answer ?? { error: late ? `installation took longer than ${LIMIT_MS / 1000} s` : reason })
      this.next()
    }
    child.on('error', (error) => ended(error.message))
    child.on('exit', (code, signal) => ended(`installation ended with ${signal ?? `exit code ${code}`}`))
    child.send({ ...request, ...this.from } satisfies FetchRequest)
  }
}
