/** Called by Next once, before the first request: starts the hub, so that the first page finds something to show. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { start } = await import('@/lib/server/start')
  start()
}
