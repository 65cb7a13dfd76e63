const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '0': '\0',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
}

const decodeEscapes = (body: string): string =>
  body.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])/g, (_, code: string) => {
    if (code.length === 1) return ESCAPES[code] ?? (/[\\'"]/.test(code) ? code : `\\${code}`)
    const point = Number.parseInt(code.slice(1), 16)
    // Python makes no pair of two escapes: each stays half a pair, as it would not here.
    if (point >= 0xd800 && point <= 0xdfff) return '\udfff'
    return point > 0x10ffff ? '�' : String.fromCodePoint(point)
  })

/** The text of a Python string as the script gives it; undefined for bytes. */
export function decodeString(source: string): string | undefined {
  const match = /^([a-zA-Z]*)('''|"""|'|")([\s\S]*)\2$/.exec(source)
  if (!match) return undefined
  const [, prefix = '', , body = ''] = match
  const flags = prefix.toLowerCase()
  if (flags.includes('b')) return undefined
  return flags.includes('r') ? body : decodeEscapes(body)
}

/** What an f-string begins with; `whole` where nothing is filled in. */
export function formatStart(source: string): { readonly start: string; readonly whole: boolean } {
  const body = /^[a-zA-Z]+('''|"""|'|")([\s\S]*)\1$/.exec(source)?.[2] ?? ''
  const plain = /^(?:[^{}]|\{\{|\}\})*/.exec(body)?.[0] ?? ''
  return {
    start: decodeEscapes(plain.replaceAll('{{', '{').replaceAll('}}', '}')),
    whole: plain.length === body.length,
  }
}
