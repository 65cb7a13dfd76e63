import { expect, test } from 'vitest'
import { z } from 'zod'
import { contract } from '@/lib/api/contract'
import type { AnyEndpoint } from '@/lib/api/endpoint'

// docs/api.md and lib/api/routes.ts are written from the contract: `npx vitest run test/api-docs.test.ts -u` rewrites them.

const HEAD = `# The API

Everything the pages do goes through this API. Answers are JSON with names in camelCase; a failed one is
\`{"error": {"code", "message", "details"?}}\` with a code of a closed list (\`packages/gears/vocabulary/errors.ts\`). The connection that GEARBOARD_URL or the
embedded RedisGears gives is named \`default\`. The types of the answers stand in \`lib/api/contract/\`.

Access: \`open\` answers anybody; \`read\`, \`operate\`, \`develop\` and \`admin\` need a grant on the connection with the role viewer, operator,
developer or admin, or with a higher one, where signing in is required. A connection without a grant answers 404, as one that does not exist.
Programs send an API token as
\`Authorization: Bearer gb_…\`; it does no more than its owner may at the time. What a viewer’s grant hides is answered 403, or left out and named in \`hidden\`.
Access \`…, confirm\` marks what changes a server. On a production connection such a request carries the connection’s name as its users call it (its label or
GEARBOARD_NAME, else its name), percent-encoded: \`x-gearboard-confirm: orders%20live\`. Without it, or with another one, nothing is done: 428 \`unconfirmed\`, whose message
has the header to send. It guards scripts against slips as the dialogs guard people, and is no permission. Elsewhere the header does nothing.
Writes need the same origin, and answer 403 \`read_only\` where Gearboard, the connection or the user may not write. \`GET …/live\` is a stream of server-sent events:
\`delta\` carries what changed, its id is the version; it resumes by \`Last-Event-ID\` or \`?since=\`.

A name that no path can hold, \`.\` or \`..\`, stands in the query and \`-\` in its place: \`POST …/triggers/-?name=..\`.

Ids of executions and registrations start over when a server restarts. So a write that names one says which it saw: \`seen\` is the \`identity\`
that GET told of it, and is required. It changes with the server's run id and with what the registration reads, and is the same for every
Gearboard. Where another has the id by now, nothing is done: 409 \`changed\`, whose details name what is there.

\`\`\`sh
api=http://localhost:3000/api/default/registrations/$id
curl -X DELETE "$api?seen=$(curl -s $api | jq -r .identity)"
\`\`\`

Shards that got RG.REFRESHCLUSTER late may have given one id to several things (\`key\` is \`id@shard\` then). The cluster knows the id once: who
aborts, unregisters, pauses or resumes one hits all, and names the identity of each, comma-separated; \`reached\` says what was hit.
What is called by a name that people give, a trigger, a session, a key of the configuration, is what has that name now.

`

const ROUTES_HEAD = `import type { Contract } from './contract'
import type { ApiRoute } from './endpoint'

// Written from the contract: \`npx vitest run test/api-docs.test.ts -u\`.

/** Method and path of every endpoint, and the role that a read needs beyond \`read\`: what a browser needs, without the schemas that the server checks requests with. */
export const routes: { readonly [Name in keyof Contract]: ApiRoute<Contract[Name]> } = {
`
const ROUTES_FOOT = '}\n'

const object = z.object({
  properties: z
    .record(z.string(), z.looseObject({ type: z.union([z.string(), z.array(z.string())]).optional() }))
    .optional(),
  required: z.array(z.string()).optional(),
})

/** `name` type, one line a field, as JSON Schema tells them; of a union each of its objects. */
function fields(schema: z.ZodType | undefined): string {
  if (!schema) return ''
  const json: unknown = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const { oneOf = [] } = z.object({ oneOf: z.array(z.unknown()).optional() }).parse(json)
  return (oneOf.length > 0 ? oneOf : [json])
    .map((one) => {
      const { properties = {}, required = [] } = object.parse(one)
      return Object.entries(properties)
        .map(
          ([name, { type = 'any' }]) =>
            `\`${name}\`${required.includes(name) ? '' : '?'} ${[type].flat().join(' or ')}`,
        )
        .join(', ')
    })
    .join('; or ')
}

test('docs/api.md is the contract', async () => {
  const rows = Object.values<AnyEndpoint>(contract).map(
    ({ method, path, access, summary, query, body, confirm }) =>
      `| \`${method} ${path}\` | ${access}${confirm == null ? '' : ', confirm'} | ${summary} | ${[query && `query: ${fields(query)}`, body && `body: ${fields(body)}`].filter(Boolean).join('; ')} |`,
  )
  const table = `| endpoint | access | what it does | takes |\n|---|---|---|---|\n${rows.join('\n')}\n`
  await expect(HEAD + table).toMatchFileSnapshot('../docs/api.md')
})

test('lib/api/routes.ts is the contract', async () => {
  const rows = Object.entries<AnyEndpoint>(contract).map(([name, { method, path, action, access }]) => {
    const words = action === undefined ? '' : `, action: '${action}'`
    const role = method === 'GET' && access !== 'open' && access !== 'read' ? `, access: '${access}'` : ''
    return `  ${name}: { method: '${method}', path: '${path}'${words}${role} },\n`
  })
  await expect(ROUTES_HEAD + rows.join('') + ROUTES_FOOT).toMatchFileSnapshot('../lib/api/routes.ts')
})
