import type { PyodideInterface } from 'pyodide'

/**
 * What is used of the Emscripten module behind Pyodide, whose types leave it out: CPython's stable ABI and the allocator. Objects,
 * functions and texts are addresses; 0 is NULL.
 */
export interface CApi {
  /** Views of the whole memory; new ones whenever it has grown. */
  readonly HEAPU8: Uint8Array
  readonly HEAPU32: Uint32Array
  readonly memory: WebAssembly.Memory
  /** Memory that the allocator knows nothing of; its address. */
  _sbrk(bytes: number): number
  _malloc(bytes: number): number
  _free(address: number): void
  /** Fills a struct of ten words. */
  _mallinfo(struct: number): void
  stackSave(): number
  stackAlloc(bytes: number): number
  stackRestore(top: number): void
  /** The stack grows from `top` down to `low`. */
  _emscripten_stack_set_limits(top: number, low: number): void
  _PyThreadState_Get(): number
  /** From CPython 3.14: within `bytes` from `low` on, a little before its end, RecursionError is raised. */
  _PyUnstable_ThreadState_SetStackProtection(thread: number, low: number, bytes: number): number
  /** A function in JavaScript as one in C; `iiii`: takes three words and gives one. */
  addFunction(implementation: (...words: number[]) => number, signature: string): number

  readonly __Py_NoneStruct: number
  readonly __Py_TrueStruct: number
  readonly __Py_FalseStruct: number
  readonly _PyByteArray_Type: number
  /** Where the address of the built-in modules' names and makers is, two words each; a zero ends them. */
  readonly _PyImport_Inittab: number
  _Py_IncRef(object: number): void
  _Py_DecRef(object: number): void
  _Py_TYPE(object: number): number
  _PyType_GetFlags(type: number): number
  _PyType_IsSubtype(type: number, base: number): number
  _PyImport_ImportModule(name: number): number
  /** `sys.modules`. */
  _PyImport_GetModuleDict(): number
  _PyObject_GetAttrString(object: number, name: number): number
  _PyObject_SetAttrString(object: number, name: number, value: number): number
  _PyObject_Vectorcall(callable: number, arguments_: number, count: number, names: number): number
  _PyCMethod_New(definition: number, self: number, module: number, type: number): number
  _PyErr_SetObject(type: number, value: number): void
  _PyErr_SetString(type: number, text: number): void
  _PyErr_Occurred(): number
  /** Whether the exception that is set is of that type: 1 or 0. */
  _PyErr_ExceptionMatches(type: number): number
  _PyErr_Clear(): void
  /** A new reference to what is set, which is then none any more. */
  _PyErr_GetRaisedException(): number
  /** Sets MemoryError; always 0. */
  _PyErr_NoMemory(): number
  _PyObject_Str(object: number): number

  _PyUnicode_FromStringAndSize(text: number, bytes: number): number
  _PyUnicode_AsUTF8AndSize(object: number, size: number): number
  _PyUnicode_AsEncodedString(object: number, encoding: number, errors: number): number
  _PyBytes_FromStringAndSize(bytes: number, count: number): number
  _PyBytes_AsString(object: number): number
  _PyBytes_Size(object: number): number
  _PyByteArray_FromStringAndSize(bytes: number, count: number): number
  _PyByteArray_AsString(object: number): number
  _PyByteArray_Size(object: number): number
  _PyLong_FromLong(value: number): number
  _PyLong_FromLongLong(value: bigint): number
  _PyLong_FromDouble(value: number): number
  _PyLong_AsDouble(object: number): number
  _PyLong_AsLongLong(object: number): bigint
  _PyFloat_FromDouble(value: number): number
  _PyFloat_AsDouble(object: number): number
  _PyList_New(count: number): number
  /** Takes the reference to `value`. */
  _PyList_SetItem(list: number, index: number, value: number): number
  _PyList_Size(list: number): number
  _PyList_GetItem(list: number, index: number): number
  _PyTuple_Size(tuple: number): number
  _PyTuple_GetItem(tuple: number, index: number): number
  _PyDict_New(): number
  _PyDict_SetItem(dict: number, key: number, value: number): number
  _PyDict_Items(dict: number): number
  /** 0, and no exception, where there is none. */
  _PyDict_GetItemString(dict: number, key: number): number
}

export function capiOf(pyodide: PyodideInterface & { readonly _module?: CApi }): CApi {
  const api = pyodide._module
  if (!api) throw new Error('this Pyodide has no module')
  return api
}
