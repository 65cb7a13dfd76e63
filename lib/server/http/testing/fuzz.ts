import { z } from 'zod'
import type { AnyEndpoint } from '@/lib/api/endpoint'

/** Numbers from a seed: the same seed gives the same requests. */
export class Dice {
  constructor(private state: number) {}

  /** From 0 to less than 1 (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }

  below(n: number): number {
    return Math.floor(this.next() * n)
  }

  chance(of: number): boolean {
    return this.next() < of
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0]
  }
}

/** One of the texts that programs stumble over. None is the name of a host: a valid body may be connected to. */
const ODD_TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\r\nset-cookie: x=1',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '.',
  '..',
  '../../../../etc/passwd',
  '%2e%2e%2f',
  '%',
  '%00',
  '%zz',
  '-',
  '-1',
  '0',
  '1e400',
  'NaN',
  'Infinity',
  '0x10',
  '9007199254740993',
  '99999999999999999999999999',
  'null',
  'undefined',
  'true',
  '[]',
  '{}',
  "'; DROP TABLE audit; --",
  '" OR 1=1',
  '<script>alert(1)</script>',
  '{{7*7}}',
  '*',
  'user:',
  '\u202e\u200b\ufeff',
  '日本語',
  '👩‍👩‍👧‍👦',
  '\ud800',
  'ﬀİßı',
  '\u0301'.repeat(50),
  'a,b,,c',
  'status:failed -shard:b57e duration:>5s "unfinished',
  '(((((((((('.repeat(20),
  'A'.repeat(5000),
] as const

const ODD_VALUES: readonly [unknown, ...unknown[]] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1.5,
  2 ** 53,
  1e308,
  [],
  {},
  [null],
  [[]],
  { a: 1 },
  JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
]

/** As a URL holds it: without halves of characters. */
const wellFormed = (text: string): string => new TextDecoder().decode(new TextEncoder().encode(text))

const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels))

/** JSON Schema, as far as the contract uses it. */
interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
}

const jsonSchema: z.ZodType<JsonSchema> = z.lazy(() =>
  z.looseObject({
    type: z.union([z.string(), z.array(z.string())]).optional(),
    enum: z.array(z.unknown()).optional(),
    anyOf: z.array(jsonSchema).optional(),
    oneOf: z.array(jsonSchema).optional(),
    properties: z.record(z.string(), jsonSchema).optional(),
    required: z.array(z.string()).optional(),
    items: jsonSchema.optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
    minItems: z.number().optional(),
    maxItems: z.number().optional(),
  }),
)

const schemas = new Map<z.ZodType, JsonSchema>()

/** What a schema takes, as JSON Schema reports it. */
export function schemaOf(schema: z.ZodType): JsonSchema {
  const known = schemas.get(schema)
  if (known) return known
  const made = jsonSchema.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))
  schemas.set(schema, made)
  return made
}

/** Values that fit a field by its name, and that no schema describes: what is there, and what leads nowhere. */
export type FieldValues = ReadonlyMap<string, readonly [unknown, ...unknown[]]>

/** Texts that a length may break: just inside of it and just outside, and of no length that costs time. */
const BREAKABLE_CHARS = 70_000

export class RequestMaker {
  constructor(
    readonly dice: Dice,
    private readonly fields: FieldValues,
  ) {}

  text(): string {
    return this.dice.pick(ODD_TEXTS)
  }

  /** What is at a field: mostly fitting, else at a bound or wrong. */
  value(schema: JsonSchema, name = '', depth = 0): unknown {
    const { dice } = this
    if (dice.chance(0.12)) return dice.chance(0.5) ? this.text() : dice.pick(ODD_VALUES)
    if (dice.chance(0.002)) return deep(dice.pick([50, 2000]))
    const known = this.fields.get(name)
    if (known && dice.chance(0.85)) return dice.pick(known)
    if (schema.const !== undefined) return schema.const
    const [option, ...options] = schema.enum ?? []
    if (option !== undefined) return dice.pick([option, ...options])
    const [form, ...forms] = schema.anyOf ?? schema.oneOf ?? []
    if (form) return this.value(dice.pick([form, ...forms]), name, depth)
    const [type = '', ...others] = [schema.type ?? ''].flat()
    switch (dice.pick([type, ...others])) {
      case 'null':
        return null
      case 'boolean':
        return dice.chance(0.5)
      case 'integer':
      case 'number':
        return this.number(schema)
      case 'string':
        return this.string(schema)
      case 'array':
        return this.array(schema, name, depth)
      case 'object':
        return this.object(schema, depth)
      default:
        return this.text()
    }
  }

  object({ properties = {}, required = [] }: JsonSchema, depth = 0): Record<string, unknown> {
    const { dice } = this
    const made: Record<string, unknown> = {}
    for (const [name, schema] of Object.entries(properties)) {
      if (!dice.chance(required.includes(name) ? 0.97 : 0.3)) continue
      made[name] = this.value(schema, name, depth + 1)
    }
    if (dice.chance(0.05)) Object.defineProperty(made, this.text(), { value: dice.pick(ODD_VALUES), enumerable: true })
    return made
  }

  private number({ minimum = -10, maximum = 10_000 }: JsonSchema): number {
    const { dice } = this
    if (dice.chance(0.5)) return minimum + dice.below(Math.min(maximum - minimum, 1000) + 1)
    return dice.pick([minimum, maximum, minimum - 1, maximum + 1, minimum + 0.5, -maximum])
  }

  private string({ minLength = 0, maxLength = 100 }: JsonSchema): string {
    const { dice } = this
    if (dice.chance(0.6)) return dice.pick(['x', 'orders', 'user:zoe', 'a-1', 'x1', '1', 'x=1&y=2'])
    if (dice.chance(0.5)) return this.text()
    const length = dice.pick([minLength, minLength - 1, maxLength, maxLength + 1])
    return 'x'.repeat(Math.max(0, length <= BREAKABLE_CHARS ? length : 10))
  }

  private array({ items = {}, minItems = 0, maxItems = 20 }: JsonSchema, name: string, depth: number): unknown[] {
    const { dice } = this
    const length = dice.chance(0.9) ? minItems + dice.below(3) : Math.min(maxItems + 1, 200)
    const item = this.value(items, name, depth + 1)
    return Array.from({ length }, () => (dice.chance(0.5) ? item : this.value(items, name, depth + 1)))
  }

  /** A query as people and programs write it: some names twice, some unknown, some without a value. */
  query(schema: z.ZodType | undefined): string {
    const { dice } = this
    const search = new URLSearchParams()
    for (const [name, value] of Object.entries(schema ? this.object(schemaOf(schema)) : {}))
      search.append(name, typeof value === 'object' ? JSON.stringify(value) : wellFormed(String(value)))
    if (dice.chance(0.1)) for (const [name] of [...search]) search.append(name, wellFormed(this.text()))
    if (dice.chance(0.1)) search.append(wellFormed(this.text()), wellFormed(this.text()))
    const text = search.toString()
    return dice.chance(0.03) ? `?${text}&%zz=%&&==&x` : text === '' ? '' : `?${text}`
  }

  /** The text of a body, and what it is said to be. */
  body({ body, maxBodyBytes = 65_536 }: AnyEndpoint): { readonly text: string; readonly type: string } {
    const { dice } = this
    const type = dice.chance(0.95)
      ? 'application/json'
      : dice.pick(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', '', 'APPLICATION/JSON; x'])
    if (!body) return { text: wellFormed(this.text()), type: dice.chance(0.5) ? 'application/octet-stream' : type }
    const made = this.value(schemaOf(body))
    const text = JSON.stringify(made) ?? ''
    if (dice.chance(0.95)) return { text, type }
    return {
      type,
      text: dice.pick([
        text.slice(0, dice.below(text.length)),
        `${text}${text}`,
        '',
        'NaN',
        '{"a":1,"a":2}',
        '['.repeat(20_000),
        `{"script":"${'\\u0000'.repeat(100)}"}`,
        'x'.repeat(Math.min(maxBodyBytes + 1, 200_000)),
      ]),
    }
  }
}
