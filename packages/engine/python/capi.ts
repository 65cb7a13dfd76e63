import type { PyodideInterface } from 'pyodide'

/**
 * The part of Pyodide's Emscripten module that the engine uses and Pyodide's types leave out: CPython's stable ABI and the allocator.
 * Objects, functions and strings are addresses; 0 is NULL.
 */
export interface CApi {
  /** Views of the whole memory; they are replaced whenever the memory grows. */
  readonly HEAPU8: Uint8Array
  readonly HEAPU32: Uint32Array
  readonly memory: WebAssembly.Memory
  /** Reserves memory outside the allocator and returns its address. */
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
  /** CPython 3.14 and later: Python raises RecursionError near the end of the `bytes` that begin at `low`. */
  _PyUnstable_ThreadState_SetStackProtection(thread: number, low: number, bytes: number): number
  /** Makes a JavaScript function callable from C. `iiii` means three words as arguments and one as the result. */
  addFunction(implementation: (...words: number[]) => number, signature: string): number

  readonly __Py_NoneStruct: number
  readonly __Py_TrueStruct: number
  readonly __Py_FalseStruct: number
  readonly _PyByteArray_Type: number
  /** The address of the table of built-in modules: two words each (name, init function), ended by a zero. */
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
  /** 1 if the current exception has that type, otherwise 0. */
  _PyErr_ExceptionMatches(type: number): number
  _PyErr_Clear(): void
  /** Clears the current exception and returns a new reference to it. */
  _PyErr_GetRaisedException(): number
  /** Raises MemoryError; always returns 0. */
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
  /** Steals the reference to `value`. */
  _PyList_SetItem(list: number, index: number, value: number): number
  _PyList_Size(list: number): number
  _PyList_GetItem(list: number, index: number): number
  _PyTuple_Size(tuple: number): number
  _PyTuple_GetItem(tuple: number, index: number): number
  _PyDict_New(): number
  _PyDict_SetItem(dict: number, key: number, value: number): number
  _PyDict_Items(dict: number): number
  /** Returns 0 without an exception if the key is missing. */
  _PyDict_GetItemString(dict: number, key: number): number
}

export function capiOf(pyodide: PyodideInterface & { readonly _module?: CApi }): CApi {
  const api = pyodide._module
  if (!api) throw new Error('this version of Pyodide does not expose its module')
  return api
}
