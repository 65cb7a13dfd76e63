import { serve } from '@/lib/server/http/serve'

export const dynamic = 'force-dynamic'

/** Every endpoint of the contract: Next finds none of them by itself, so that one table holds them all. */
const answer = async (request: Request, context: { readonly params: Promise<{ readonly path: readonly string[] }> }) =>
  serve(request, (await context.params).path)

export { answer as DELETE, answer as GET, answer as OPTIONS, answer as POST, answer as PUT }
