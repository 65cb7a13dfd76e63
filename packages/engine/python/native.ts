import { InterpreterEnded, NoMemory } from './breakdown'
import type { CApi } from './capi'

type Scalar = null | boolean | number | bigint | string

/**
 * A value for Python. null and undefined become None. A `Uint8Array` becomes a string if it is valid UTF-8, as most Redis strings are, and
 * otherwise a bytearray, or bytes if it is a key of a `Map`. A `Map` becomes a dict.
 */
export type ToPython =
  | Scalar
  | undefined
  | Uint8Array
  | Binary
  | readonly ToPython[]
  | Map<string | Uint8Array, ToPython>

/** A value from Python. Tuples become arrays, bytes become a `Uint8Array` with memory of its own, and keys of dicts are strings. */
export type FromPython = Scalar | Uint8Array | readonly FromPython[] | { readonly [name: string]: FromPython }

/** Bytes that become bytes in Python even if they are valid UTF-8. */
export class Binary {
  constructor(readonly bytes: Uint8Array) {}
}

/** A function that Python may call. It takes values or words, and returns a value or a `RaisedError`. */
export type HostFunction = (...values: never[]) => unknown

/** Python raised although its caller expected an answer. The message is the traceback. */
export class PythonError extends Error {
  override readonly name = 'PythonError'
}

/** A host function returns this to raise gears.error. */
export class ErrorToRaise {
  constructor(readonly text: string) {}
}

const WORD = 4
/** Strings and bytes up to this size are copied through one fixed buffer. */
const SCRATCH = 64 * 1024
/** The longest error message that is passed to Python, so that it fits into the fixed buffer even without free memory. */
const MISTAKE_MAX = 10_000
/** METH_FASTCALL: the function receives the address of its arguments and their count. */
const FASTCALL = 0x80
/** Flags of a type: which built-in type it is a subclass of. */
const INTEGER = 1 << 24
const LIST = 1 << 25
const TUPLE = 1 << 26
const BYTES = 1 << 27
const TEXT = 1 << 28
const DICT = 1 << 29
/** The limit of `_PyLong_FromLong`. */
const MAX_LONG = 2 ** 31

/** Thrown when the exception for Python is already set. */
const SET = Symbol('a Python exception')

/**
 * Calls between JavaScript and Python through CPython's C API, at a quarter of the cost of Pyodide's proxies. Python's functions take and
 * return values; JavaScript's functions become built-in functions of a Python module.
 */
export class Native {
  private memory: Buffer = Buffer.alloc(0)
  private words: Uint32Array = new Uint32Array(0)
  private readonly scratch: number
  private readonly size: number
  private readonly error: number
  private readonly mistake: number
  private readonly traceback: number
  private readonly memoryError: number
  private readonly utf16: number
  private readonly surrogatepass: number

  private ended = false

  constructor(private readonly api: CApi) {
    this.scratch = api._malloc(SCRATCH)
    this.size = api._malloc(WORD)
    this.error = this.attribute('_rg.errors', 'error')
    this.mistake = this.attribute('builtins', 'RuntimeError')
    this.traceback = this.attribute('_rg.errors', 'traceback_of')
    this.memoryError = this.attribute('builtins', 'MemoryError')
    this.utf16 = this.constant('utf-16-le')
    this.surrogatepass = this.constant('surrogatepass')
  }

  /** A function of a module. It throws a PythonError if Python raises. */
  function(module: string, name: string): (...values: readonly ToPython[]) => FromPython {
    const callable = this.attribute(module, name)
    return (...values) => this.call(callable, values)
  }

  /** Adds a function to a module. With `words`, each argument arrives as a word of a command, a `Buffer`. */
  define(module: string, name: string, implementation: HostFunction, reading: 'values' | 'words'): void {
    const { api } = this
    // The raw boundary: the files of _rg pass the arguments that the function takes.
    const called = implementation as (...values: unknown[]) => ToPython | ErrorToRaise
    const read = reading === 'words' ? this.readWord.bind(this) : this.read.bind(this)
    const body = (_self: number, first: number, count: number): number => {
      try {
        const values: unknown[] = []
        for (let i = 0; i < count; i++) values.push(read(this.word(first, i)))
        const answer = called(...values)
        if (this.ended) throw new InterpreterEnded()
        return answer instanceof ErrorToRaise ? this.raise(answer.text) : this.make(answer)
      } catch (error) {
        if (this.ended) throw error
        // A JavaScript exception must not pass through C.
        return error === SET ? 0 : this.raiseMistake(error)
      }
    }
    const definition = api._malloc(4 * WORD)
    const fields = [this.constant(name), api.addFunction(body, 'iiii'), FASTCALL, 0]
    for (const [index, field] of fields.entries()) this.setWord(definition, index, field)
    const made = api._PyCMethod_New(definition, 0, 0, 0)
    const target = this.module(module)
    this.withText(name, (address) => api._PyObject_SetAttrString(target, address, made))
    api._Py_DecRef(made)
  }

  /** Whether a module is loaded. A script can remove any module. */
  loaded(module: string): boolean {
    const { api } = this
    return this.withText(module, (name) => api._PyDict_GetItemString(api._PyImport_GetModuleDict(), name)) !== 0
  }

  /** Stops all Python. Code that waits on the stack for a function of JavaScript is unwound with `InterpreterEnded`. */
  end(): void {
    this.ended = true
  }

  private call(callable: number, values: readonly ToPython[]): FromPython {
    const { api } = this
    const top = api.stackSave()
    const first = api.stackAlloc(values.length * WORD)
    let made = 0
    try {
      for (; made < values.length; made++) this.setWord(first, made, this.make(values[made]))
    } catch (error) {
      this.release(first, made, top)
      throw this.thrown(error)
    }
    const result = api._PyObject_Vectorcall(callable, first, made, 0)
    this.release(first, made, top)
    if (result === 0) throw this.raised()
    try {
      return this.read(result)
    } catch (error) {
      throw this.thrown(error)
    } finally {
      api._Py_DecRef(result)
    }
  }

  private release(first: number, count: number, top: number): void {
    for (let i = 0; i < count; i++) this.api._Py_DecRef(this.word(first, i))
    this.api.stackRestore(top)
  }

  /** The error to throw when Python was not called, but its exception is set. */
  private thrown(error: unknown): unknown {
    if (error !== SET) return error
    if (!this.isFull()) return this.raised()
    this.api._PyErr_Clear()
    return new NoMemory()
  }

  /** Takes the current exception and clears it. */
  private raised(): PythonError {
    const { api } = this
    const exception = api._PyErr_GetRaisedException()
    const top = api.stackSave()
    const first = api.stackAlloc(WORD)
    this.setWord(first, 0, exception)
    const text = api._PyObject_Vectorcall(this.traceback, first, 1, 0)
    api.stackRestore(top)
    api._Py_DecRef(exception)
    if (text === 0) {
      api._PyErr_Clear()
      return new PythonError('an exception without a text')
    }
    const told = new PythonError(String(this.read(text)))
    api._Py_DecRef(text)
    return told
  }

  private raise(text: string): number {
    const value = this.make(text)
    this.api._PyErr_SetObject(this.error, value)
    this.api._Py_DecRef(value)
    return 0
  }

  private raiseMistake(error: unknown): number {
    // Omit the stack, which reveals where the engine is installed.
    const text = error instanceof Error ? error.message : String(error)
    return this.withText(text.slice(0, MISTAKE_MAX), (address) => {
      this.api._PyErr_SetString(this.mistake, address)
      return 0
    })
  }

  private module(name: string): number {
    return this.withText(name, this.api._PyImport_ImportModule)
  }

  private attribute(module: string, name: string): number {
    const owner = this.module(module)
    const found = this.withText(name, (address) => this.api._PyObject_GetAttrString(owner, address))
    if (found === 0) throw new Error(`${module} has no ${name}`)
    return found
  }

  // -- into Python: each makes a new reference --------------------------------------------------------------------------------------

  private make(value: ToPython): number {
    return this.checked(this.made(value))
  }

  /** @throws SET if it is NULL */
  private checked(object: number): number {
    if (object === 0) throw SET
    return object
  }

  private made(value: ToPython): number {
    const { api } = this
    if (typeof value === 'string') return this.withText(value, api._PyUnicode_FromStringAndSize)
    if (value === null || value === undefined) return this.again(api.__Py_NoneStruct)
    if (typeof value === 'number') return this.makeNumber(value)
    if (typeof value === 'boolean') return this.again(value ? api.__Py_TrueStruct : api.__Py_FalseStruct)
    if (typeof value === 'bigint') return api._PyLong_FromLongLong(value)
    if (value instanceof Uint8Array) return this.textOr(value, api._PyByteArray_FromStringAndSize)
    if (value instanceof Binary) return this.withBytes(value.bytes, api._PyBytes_FromStringAndSize)
    return value instanceof Map ? this.makeDict(value) : this.makeList(value)
  }

  private makeNumber(value: number): number {
    const { api } = this
    if (!Number.isInteger(value)) return api._PyFloat_FromDouble(value)
    return Math.abs(value) < MAX_LONG ? api._PyLong_FromLong(value) : api._PyLong_FromDouble(value)
  }

  private makeList(values: readonly ToPython[]): number {
    const { api } = this
    return this.filled(api._PyList_New(values.length), (list) => {
      for (let i = 0; i < values.length; i++) api._PyList_SetItem(list, i, this.make(values[i]))
    })
  }

  private makeDict(values: Map<string | Uint8Array, ToPython>): number {
    const { api } = this
    return this.filled(api._PyDict_New(), (dict) => {
      for (const [name, value] of values) {
        const key = typeof name === 'string' ? this.make(name) : this.textOr(name, api._PyBytes_FromStringAndSize)
        const made = this.make(value)
        const failed = api._PyDict_SetItem(dict, this.checked(key), made) !== 0
        api._Py_DecRef(key)
        api._Py_DecRef(made)
        if (failed) throw SET
      }
    })
  }

  /** Fills a new container, and releases it if that fails. */
  private filled(container: number, fill: (container: number) => void): number {
    if (container === 0) return 0
    try {
      fill(container)
    } catch (error) {
      this.api._Py_DecRef(container)
      throw error
    }
    return container
  }

  private textOr(bytes: Uint8Array, other: (address: number, count: number) => number): number {
    const { api } = this
    return this.withBytes(bytes, (address, count) => {
      const text = api._PyUnicode_FromStringAndSize(address, count)
      if (text !== 0 || this.isFull()) return text
      api._PyErr_Clear()
      return other(address, count)
    })
  }

  private isFull(): boolean {
    return this.api._PyErr_ExceptionMatches(this.memoryError) !== 0
  }

  private again(object: number): number {
    this.api._Py_IncRef(object)
    return object
  }

  // -- out of Python ----------------------------------------------------------------------------------------------------------------

  private read(object: number): FromPython {
    const { api } = this
    if (object === api.__Py_NoneStruct) return null
    const flags = api._PyType_GetFlags(api._Py_TYPE(object))
    if (flags & TEXT) return this.readText(object)
    if (flags & INTEGER) return this.readInteger(object)
    if (flags & LIST) return this.readItems(object, api._PyList_Size(object), api._PyList_GetItem)
    if (flags & TUPLE) return this.readItems(object, api._PyTuple_Size(object), api._PyTuple_GetItem)
    if (flags & BYTES) return this.copy(api._PyBytes_AsString(object), api._PyBytes_Size(object))
    if (flags & DICT) return this.readDict(object)
    return this.unlessRaised(api._PyFloat_AsDouble(object), -1)
  }

  /** C also returns `mark` after it has set an exception. */
  private unlessRaised<T>(value: T, mark: T): T {
    if (value === mark && this.api._PyErr_Occurred() !== 0) throw SET
    return value
  }

  private readText(object: number): string {
    const { api } = this
    const address = api._PyUnicode_AsUTF8AndSize(object, this.size)
    if (address !== 0) {
      const start = address >>> 0
      return this.view().toString('utf8', start, start + this.word(this.size, 0))
    }
    // Either half a surrogate pair, which a JavaScript string may contain, or a dict key that is not a string.
    if (!(api._PyType_GetFlags(api._Py_TYPE(object)) & TEXT) || this.isFull()) throw SET
    api._PyErr_Clear()
    const units = this.checked(api._PyUnicode_AsEncodedString(object, this.utf16, this.surrogatepass))
    const text = Buffer.from(this.copy(api._PyBytes_AsString(units), api._PyBytes_Size(units))).toString('utf16le')
    api._Py_DecRef(units)
    return text
  }

  private readInteger(object: number): boolean | number | bigint {
    const { api } = this
    if (object === api.__Py_TrueStruct) return true
    if (object === api.__Py_FalseStruct) return false
    const number = this.unlessRaised(api._PyLong_AsDouble(object), -1)
    return Number.isSafeInteger(number) ? number : this.unlessRaised(api._PyLong_AsLongLong(object), -1n)
  }

  private readItems(object: number, count: number, item: (object: number, index: number) => number): FromPython[] {
    const items: FromPython[] = []
    for (let i = 0; i < count; i++) items.push(this.read(item(object, i)))
    return items
  }

  private readDict(object: number): { [name: string]: FromPython } {
    const { api } = this
    const items = this.checked(api._PyDict_Items(object))
    const count = api._PyList_Size(items)
    const read: [string, FromPython][] = []
    try {
      for (let i = 0; i < count; i++) {
        const item = api._PyList_GetItem(items, i)
        read.push([this.readText(api._PyTuple_GetItem(item, 0)), this.read(api._PyTuple_GetItem(item, 1))])
      }
    } finally {
      api._Py_DecRef(items)
    }
    // A key may be `__proto__`, so the properties must not be set by assignment.
    return Object.fromEntries(read)
  }

  /** Strings as UTF-8, bytes and bytearrays unchanged, and `str` of anything else. */
  private readWord(object: number): Buffer {
    const { api } = this
    const type = api._Py_TYPE(object)
    const flags = api._PyType_GetFlags(type)
    if (flags & TEXT) {
      const address = api._PyUnicode_AsUTF8AndSize(object, this.size)
      if (address === 0) throw SET
      return this.pooled(address, this.word(this.size, 0))
    }
    if (flags & BYTES) return this.pooled(api._PyBytes_AsString(object), api._PyBytes_Size(object))
    if (api._PyType_IsSubtype(type, api._PyByteArray_Type) !== 0)
      return this.pooled(api._PyByteArray_AsString(object), api._PyByteArray_Size(object))
    const text = api._PyObject_Str(object)
    if (text === 0) throw SET
    try {
      return this.readWord(text)
    } finally {
      api._Py_DecRef(text)
    }
  }

  // -- memory -----------------------------------------------------------------------------------------------------------------------

  /** A view of the whole memory, replaced when the memory grows. */
  private view(): Buffer {
    if (this.memory.length === 0) {
      const { buffer } = this.api.HEAPU8
      this.memory = Buffer.from(buffer)
      this.words = new Uint32Array(buffer)
    }
    return this.memory
  }

  private word(address: number, index: number): number {
    this.view()
    return this.words[(address >>> 2) + index] ?? 0
  }

  private setWord(address: number, index: number, value: number): void {
    this.view()
    this.words[(address >>> 2) + index] = value
  }

  /** C's addresses in the upper half arrive as negative numbers. */
  private slice(address: number, count: number): Buffer {
    const start = address >>> 0
    return this.view().subarray(start, start + count)
  }

  /** Copies into a buffer of its own, which can be sent to another thread. */
  private copy(address: number, count: number): Uint8Array {
    return Uint8Array.from(this.slice(address, count))
  }

  private pooled(address: number, count: number): Buffer {
    const memory = this.view()
    const start = address >>> 0
    // An object that `ctypes` has damaged may claim any size. Memory that is not overwritten would contain data of the process.
    if (count < 0 || start + count > memory.length) throw new RangeError('bytes outside the memory of the interpreter')
    const bytes = Buffer.allocUnsafe(count)
    copyBytes(memory, start, bytes, 0, count)
    return bytes
  }

  /** Calls `use` with the address of the string's UTF-8, followed by a NUL, and its length. */
  private withText(text: string, use: (address: number, count: number) => number): number {
    if (text.length * 3 >= SCRATCH) return this.withBytes(Buffer.from(text), use)
    const memory = this.view()
    const count = memory.write(text, this.scratch)
    memory[this.scratch + count] = 0
    return use(this.scratch, count)
  }

  private withBytes(bytes: Uint8Array, use: (address: number, count: number) => number): number {
    const { api, scratch } = this
    const count = bytes.length
    const address = count < SCRATCH ? scratch : this.allocate(count + 1)
    const start = address >>> 0
    const memory = this.view()
    copyBytes(bytes, 0, memory, start, count)
    memory[start + count] = 0
    try {
      return use(address, count)
    } finally {
      if (address !== scratch) api._free(address)
    }
  }

  private allocate(bytes: number): number {
    const address = this.api._malloc(bytes)
    return this.checked(address === 0 ? this.api._PyErr_NoMemory() : address)
  }

  /** A Python string that is never freed. */
  private constant(text: string): number {
    return this.withText(text, (address, count) => {
      const kept = this.allocate(count + 1)
      this.slice(kept, count + 1).set(this.slice(address, count + 1))
      return kept
    })
  }
}

/** Up to this many bytes, a loop copies faster than a call out of JavaScript. */
const FEW = 64

function copyBytes(from: Uint8Array, at: number, to: Uint8Array, place: number, count: number): void {
  if (count > FEW) to.set(from.subarray(at, at + count), place)
  else for (let i = 0; i < count; i++) to[place + i] = from[at + i] ?? 0
}
