import type { Argument, Callable } from './argument'

const arg = (name: string, type: Argument['type'], doc: string, defaultValue?: string): Argument => ({
  name,
  type,
  defaultValue,
  doc,
})

/** Names that every script finds without an import (protocol 4.3). */
export const RUNTIME: readonly Callable[] = [
  {
    name: 'GearsBuilder',
    args: [
      arg('reader', 'text', 'Name of the reader', "'KeysReader'"),
      arg('defaultArg', 'text', 'Default argument of run', "'*'"),
      arg('desc', 'text', 'Shown in the list of registrations', 'None'),
    ],
    doc: 'Starts a function: reader, operations, then run or register. GB is the same.',
  },
  {
    name: 'execute',
    args: [arg('command', 'text', 'Name of the Redis command'), arg('*args', 'any', 'Its arguments')],
    returns: 'str, int, list or None',
    doc: 'Runs a Redis command in database 0. An error reply raises gears.error; a key of another shard too.',
  },
  { name: 'atomic', args: [], doc: 'with atomic(): holds the server lock. No await inside, no nesting.' },
  {
    name: 'log',
    args: [
      arg('msg', 'text', 'Must be a str'),
      { ...arg('level', 'text', 'Level', "'notice'"), choices: ['debug', 'verbose', 'notice', 'warning'] },
    ],
    doc: 'Writes a line into the log of the server, starting with GEARS:.',
  },
  {
    name: 'configGet',
    args: [arg('key', 'text', 'A custom key')],
    returns: 'str or None',
    doc: 'Reads only custom configuration keys; returns None for module settings.',
  },
  {
    name: 'gearsConfigGet',
    args: [arg('key', 'text', 'A custom key'), arg('default', 'any', 'If it is not set', 'None')],
    returns: 'str or the default',
    doc: 'As configGet, with a default.',
  },
  {
    name: 'hashtag',
    args: [],
    returns: "str; '06S' outside a cluster",
    doc: 'Text that hashes to this shard: key{hashtag()} stays here.',
  },
  {
    name: 'registerTE',
    args: [
      arg('seconds', 'number', 'Whole seconds between calls'),
      arg('fn', 'function', 'Called without arguments'),
      arg('key', 'text', 'Keeps the timer as this key: it survives a restart, deleting it stops it', 'None'),
    ],
    returns: 'bool; False when the key exists',
    doc: 'Calls the function periodically, until it raises.',
  },
  {
    name: 'call_next',
    args: [arg('*args', 'any', 'Arguments of the command, without its name')],
    since: '1.2',
    doc: 'In a command hook: runs the next hook, or the command itself.',
  },
  {
    name: 'get_command',
    args: [],
    since: '1.2',
    returns: 'list',
    doc: 'In a KeysReader with commands: the command that caused the event.',
  },
  {
    name: 'override_reply',
    args: [arg('reply', 'any', 'What the client gets')],
    since: '1.2',
    doc: 'In a KeysReader with commands: changes the reply to the client, once.',
  },
  {
    name: 'flat_error',
    args: [arg('msg', 'text', 'The whole error text')],
    since: '1.2',
    doc: 'Raises with exactly this text, no traceback. Starting with PAUSE it pauses a stream registration.',
  },
  {
    name: 'isAsyncAllow',
    args: [],
    since: '1.2',
    returns: 'bool',
    doc: 'Whether a step may return a coroutine: not in MULTI, Lua or outside a step.',
  },
  { name: 'isInAtomicBlock', args: [], since: '1.2', returns: 'bool', doc: 'Whether the server lock is held.' },
  {
    name: 'gearsFuture',
    args: [],
    since: '1.2',
    doc: 'Return it from a step, later continueRun(value) or continueFailed(error). Not in a sync KeysReader.',
  },
  { name: 'createFuture', args: [], since: '1.2', doc: 'A future for coroutines of the event loop of the module.' },
  {
    name: 'setFutureResults',
    args: [arg('future', 'any', 'From createFuture'), arg('value', 'any', 'Its result')],
    since: '1.2',
    doc: 'Resolves a future from another thread.',
  },
  {
    name: 'setFutureException',
    args: [arg('future', 'any', 'From createFuture'), arg('error', 'any', 'An exception')],
    since: '1.2',
    doc: 'Fails a future from another thread.',
  },
  {
    name: 'runCoroutine',
    args: [
      arg('coroutine', 'any', 'A coroutine'),
      arg('f', 'any', 'Future to resolve', 'None'),
      arg('delay', 'number', 'Seconds to wait first', '0'),
      arg('s', 'any', 'Gears session', 'None'),
    ],
    since: '1.2',
    doc: 'Runs a coroutine on the event loop of the module.',
  },
  { name: 'getGearsSession', args: [], since: '1.2', doc: 'The session of this script, for your own threads.' },
  {
    name: 'setGearsSession',
    args: [arg('session', 'any', 'From getGearsSession')],
    since: '1.2',
    doc: 'Sets the session in your own thread.',
  },
  { name: 'registerGearsThread', args: [], since: '1.2', doc: 'Call it first in a thread that uses Gears.' },
]

export const runtimeFunction = (name: string): Callable | undefined =>
  RUNTIME.find((candidate) => candidate.name === (name === 'GB' ? 'GearsBuilder' : name))
