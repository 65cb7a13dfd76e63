/** A script to start from. It runs as it is on RedisGears 1.2 (Python 3.7), on one server and on a cluster. */
export interface Template {
  readonly id: string
  readonly title: string
  /** One sentence: what it does. */
  readonly summary: string
  readonly action: 'run' | 'register' | 'schedule'
  /** Absent: both versions. */
  readonly since?: '1.2'
  /** Commands for redis-cli, without its name, that show it at work. */
  readonly tryIt: readonly string[]
  readonly script: string
}
