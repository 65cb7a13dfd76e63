import { basename } from 'node:path'
import { z } from 'zod'
import type { ConnectionDefinition } from '@/lib/api/contract/connection-definition'
import { type GrantInFile, grantInFile } from '@/lib/api/contract/grant-definition'
import { SettingsError } from '../settings'
import { wrongInput } from '../wrong-input'
import { checkedDefinition } from './definition'
import { type ReferenceSources, readText, reasonOf, resolveReferences } from './references'
import { MOST_CONNECTIONS } from './registry'

/** What `gearboard.config.json` declares. It may hold secrets. */
export interface ConfigFile {
  readonly connections: readonly ConnectionDefinition[]
  readonly grants: readonly GrantInFile[]
}

export const NO_CONFIG: ConfigFile = { connections: [], grants: [] }

/** The largest file that is read, bytes: 500 connections with certificates refer to files. */
const MOST_BYTES = 4_000_000

const MOST_GRANTS = 1000
/** The largest file that a reference reads, bytes. */
const MOST_SECRET_BYTES = 65_536

/** docs/gearboard.config.schema.json is written from it. */
export const configFileSchema = z
  .strictObject({
    $schema: z.string().optional(),
    connections: z
      .array(checkedDefinition)
      .max(MOST_CONNECTIONS, `must have at most ${MOST_CONNECTIONS} entries`)
      .default([]),
    grants: z.array(grantInFile).max(MOST_GRANTS, `must have at most ${MOST_GRANTS} entries`).default([]),
  })
  .superRefine(({ connections }, context) => {
    const seen = new Map<string, number>()
    for (const [index, { name }] of connections.entries()) {
      // Names differ by more than their case: they stand in addresses that people type.
      const first = seen.get(name.toLowerCase())
      if (first === undefined) seen.set(name.toLowerCase(), index)
      else
        context.addIssue({
          code: 'custom',
          path: ['connections', index, 'name'],
          message: `is the name of connections[${first}] already`,
        })
    }
  })

/** @throws SettingsError one line for each field that is wrong, without any value */
export function readConfigFile(path: string, env: ReferenceSources['env']): ConfigFile {
  let text: string
  try {
    text = readText(path, MOST_BYTES)
  } catch (error) {
    throw new SettingsError(`GEARBOARD_CONFIG is ${JSON.stringify(path)}, which cannot be read: ${reasonOf(error)}`)
  }
  return parseConfigFile(text, basename(path), { env, readText: (file) => readText(file, MOST_SECRET_BYTES) })
}

/**
 * Reads the text of a configuration file.
 * @param file its name, for messages
 * @throws SettingsError
 */
export function parseConfigFile(text: string, file: string, sources: ReferenceSources): ConfigFile {
  const problems: string[] = []
  const wrong = (at: readonly PropertyKey[], message: string) =>
    problems.push(`${file}: ${pathInWords(at)}: ${message}`)
  const resolved = resolveReferences(parseJson(text, file), sources, wrong)
  if (problems.length === 0) {
    const parsed = configFileSchema.safeParse(resolved, { error: wrongInput })
    if (parsed.success) return parsed.data
    for (const issue of parsed.error.issues) {
      if (issue.code === 'unrecognized_keys') for (const key of issue.keys) wrong([...issue.path, key], 'is no field')
      else wrong(issue.path, issue.message)
    }
  }
  throw new SettingsError(problems.join('\n'))
}

/** `connections[1].tls.ca`; the file as a whole where there is no path. */
const pathInWords = (at: readonly PropertyKey[]): string =>
  at.length === 0
    ? 'the file'
    : at.reduce<string>(
        (path, part) =>
          typeof part === 'number' ? `${path}[${part}]` : path === '' ? String(part) : `${path}.${String(part)}`,
        '',
      )

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const [, position] = /position (\d+)/.exec(error instanceof Error ? error.message : '') ?? []
    const line = position === undefined ? undefined : text.slice(0, Number(position)).split('\n').length
    throw new SettingsError(`${file}: ${line === undefined ? '' : `line ${line}: `}this is no JSON`)
  }
}
