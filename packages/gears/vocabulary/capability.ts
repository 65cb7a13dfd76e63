/** What the server behind a connection can do, from the capability probe. */
export interface Capability {
  readonly redisVersion: string | null
  /** `1.2.13`; null if this user may not read the module list (the commands work anyway). */
  readonly gearsVersion: string | null
  /** Which reply shapes and commands to expect. */
  readonly generation: '1.0' | '1.2'
  readonly python: boolean
  /** Redis Cluster is on. */
  readonly cluster: boolean
  /** RG.INFOCLUSTER lists nodes: RG.REFRESHCLUSTER was sent. Equal to `cluster` when all is well. */
  readonly clusterInitialised: boolean
  /** It takes functions and registrations on itself alone, and loses them: never operate on one. */
  readonly replica?: boolean
  /** RG commands that this server lacks or this user may not run, with the reason. */
  readonly unavailable: readonly { readonly command: string; readonly reason: string }[]
  /** The server did not answer what this user may run: `unavailable` lacks those commands until it does. */
  readonly permissionsUnknown?: boolean
}
