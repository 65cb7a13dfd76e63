export declare function isLoopback(host: string): boolean
export declare function listenRefusal(asked: {
  readonly host: string
  readonly password: string | undefined
  readonly insecure: boolean
}): string | undefined
