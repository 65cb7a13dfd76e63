import type { ByteWriter } from '../wire/wire'
import { type CommandReply, Double, Failure, NilArray, Push, ReplyMap, ReplySet, Simple, Verbatim } from './core'
import { formatDouble } from './keys/numbers'

/** Like Redis 6.2 and later, replaces line breaks in status and error lines with spaces. */
const oneLine = (text: string): string => (/[\r\n]/.test(text) ? text.replace(/[\r\n]/g, ' ') : text)

/** Appends a reply in RESP2 or RESP3. */
export function encodeReply(out: ByteWriter, reply: CommandReply, protocol: 2 | 3): void {
  if (reply instanceof Uint8Array) bulk(out, reply)
  else if (typeof reply === 'number' || typeof reply === 'bigint') out.latin1(`:${reply}\r\n`)
  else if (typeof reply === 'string') textBulk(out, reply)
  else if (reply === null) out.latin1(protocol === 3 ? '_\r\n' : '$-1\r\n')
  else if (reply instanceof Simple) line(out, `+${oneLine(reply.text)}`)
  else if (reply instanceof Failure) line(out, `-${oneLine(reply.text)}`)
  else if (reply instanceof NilArray) out.latin1(protocol === 3 ? '_\r\n' : '*-1\r\n')
  else if (reply instanceof Double) double(out, reply.value, protocol)
  else if (reply instanceof ReplyMap) map(out, reply.entries, protocol)
  else if (reply instanceof ReplySet) items(out, protocol === 3 ? '~' : '*', reply.items, protocol)
  else if (reply instanceof Push) items(out, protocol === 3 ? '>' : '*', reply.items, protocol)
  else if (reply instanceof Verbatim) verbatim(out, reply.text, protocol)
  else items(out, '*', reply, protocol)
}

function line(out: ByteWriter, text: string): void {
  const bytes = Buffer.byteLength(text)
  out.reserve(bytes + 2)
  out.length += out.buffer.write(text, out.length, bytes === text.length ? 'latin1' : 'utf8')
  out.buffer[out.length++] = 13
  out.buffer[out.length++] = 10
}

function header(out: ByteWriter, type: string, count: number): void {
  out.latin1(`${type}${count}\r\n`)
}

function bulk(out: ByteWriter, bytes: Uint8Array): void {
  header(out, '$', bytes.length)
  out.bytes(bytes)
  out.latin1('\r\n')
}

function textBulk(out: ByteWriter, text: string): void {
  const bytes = Buffer.byteLength(text)
  header(out, '$', bytes)
  line(out, text)
}

function items(out: ByteWriter, type: string, list: readonly CommandReply[], protocol: 2 | 3): void {
  header(out, type, list.length)
  for (const item of list) encodeReply(out, item, protocol)
}

function map(out: ByteWriter, entries: ReplyMap['entries'], protocol: 2 | 3): void {
  header(out, protocol === 3 ? '%' : '*', protocol === 3 ? entries.length : entries.length * 2)
  for (const [key, value] of entries) {
    encodeReply(out, key, protocol)
    encodeReply(out, value, protocol)
  }
}

function verbatim(out: ByteWriter, text: string, protocol: 2 | 3): void {
  if (protocol === 2) {
    textBulk(out, text)
    return
  }
  header(out, '=', Buffer.byteLength(text) + 4)
  out.latin1('txt:')
  line(out, text)
}

function double(out: ByteWriter, value: number, protocol: 2 | 3): void {
  const text = formatDouble(value)
  out.latin1(protocol === 3 ? `,${text}\r\n` : `$${text.length}\r\n${text}\r\n`)
}
