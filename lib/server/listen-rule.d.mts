export declare function isLoopback(host: string): boolean
export declare function listenRefusal(asked: {
  readonly host: string
  /** Whether anybody has to sign in. */
  readonly signIn: boolean
  readonly insecure: boolean
}): string | undefined
