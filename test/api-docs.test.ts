import { expect, test } from 'vitest'
import { z } from 'zod'
import { contract } from '@/lib/api/contract'
import type { AnyEndpoint } from '@/lib/api/endpoint'

// docs/api.md is written from the contract: `npx vitest run test/api-docs.test.ts -u` writes it anew.

const HEAD = `# The API

Everything the pages do goes through this API. Answers are JSON with names in camelCase; a failed one is
\`{"error": {"code", "message", "details"?}}\` with a code of a closed list (\`lib/model/errors.ts\`). The connection that GEARBOARD_URL or the
embedded RedisGears gives is named \`default\`. The types of the answers stand in \`lib/api/contract.ts\`.

Access: \`open\` answers anybody; \`read\`, \`operate\`, \`develop\` and \`admin\` need a sign-in with that role where a password is set. Writes need
the same origin, and answer 403 \`read_only\` where Gearboard or the user may not write. \`GET …/live\` is a stream of server-sent events:
\`delta\` carries what changed, its id is the version; it resumes by \`Last-Event-ID\` or \`?since=\`.

`

/** \`name\` type, one line a field, as JSON Schema tells them. */
function fields(schema: z.ZodType | undefined): string {
  if (!schema) return ''
  const json: unknown = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const shape = z
    .object({
      properties: z.record(z.string(), z.looseObject({ type: z.string().optional() })).optional(),
      required: z.array(z.string()).optional(),
    })
    .parse(json)
  return Object.entries(shape.properties ?? {})
    .map(([name, { type }]) => `\`${name}\`${shape.required?.includes(name) ? '' : '?'} ${type ?? 'any'}`)
    .join(', ')
}

test('docs/api.md is the contract', async () => {
  const rows = Object.values<AnyEndpoint>(contract).map(
    ({ method, path, access, summary, query, body }) =>
      `| \`${method} ${path}\` | ${access} | ${summary} | ${[query && `query: ${fields(query)}`, body && `body: ${fields(body)}`].filter(Boolean).join('; ')} |`,
  )
  const table = `| endpoint | access | what it does | takes |\n|---|---|---|---|\n${rows.join('\n')}\n`
  await expect(HEAD + table).toMatchFileSnapshot('../docs/api.md')
})
