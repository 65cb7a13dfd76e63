/**
 * WebAssembly reaches the host only through its imports. Python can call each of them, by `ctypes` or through damaged memory. Therefore
 * every import is listed here: open because it stays inside the interpreter, replaced, or shut once the interpreter has started.
 */
import type { PyodideInterface } from 'pyodide'
import createModule from 'pyodide/pyodide.asm.mjs'
import type { CApi } from './capi'

/** A function of Emscripten's library. `sig` has one letter for the result and one for each argument. */
type Import = ((...words: unknown[]) => unknown) & { readonly sig?: string }
type Imports = Record<string, Import>

/** File functions work in memory (MEMFS); no other file system is mounted. */
const FILES = [
  'fd_close',
  'fd_fdstat_get',
  'fd_pread',
  'fd_pwrite',
  'fd_read',
  'fd_seek',
  'fd_sync',
  'fd_write',
  '__syscall_chdir',
  '__syscall_chmod',
  '__syscall_dup',
  '__syscall_dup3',
  '__syscall_faccessat',
  '__syscall_fadvise64',
  '__syscall_fallocate',
  '__syscall_fchdir',
  '__syscall_fchmod',
  '__syscall_fchmodat2',
  '__syscall_fchown32',
  '__syscall_fchownat',
  '__syscall_fcntl64',
  '__syscall_fdatasync',
  '__syscall_fstat64',
  '__syscall_fstatfs64',
  '__syscall_ftruncate64',
  '__syscall_getcwd',
  '__syscall_getdents64',
  '__syscall_ioctl',
  '__syscall_lstat64',
  '__syscall_mkdirat',
  '__syscall_mknodat',
  '__syscall_newfstatat',
  '__syscall_openat',
  '__syscall_pipe',
  '__syscall_poll',
  '__syscall_readlinkat',
  '__syscall_renameat',
  '__syscall_rmdir',
  '__syscall_stat64',
  '__syscall_statfs64',
  '__syscall_symlinkat',
  '__syscall_truncate64',
  '__syscall_unlinkat',
  '__syscall_utimensat',
]

const OPEN: ReadonlySet<string> = new Set([
  ...FILES,
  // Memory, time, random numbers, and the environment variables that Pyodide invents.
  '_mmap_js',
  '_msync_js',
  '_munmap_js',
  'emscripten_get_heap_max',
  'emscripten_resize_heap',
  '_gmtime_js',
  '_localtime_js',
  '_mktime_js',
  '_timegm_js',
  '_tzset_js',
  'clock_res_get',
  'clock_time_get',
  'emscripten_date_now',
  'emscripten_get_now',
  'random_get',
  'environ_get',
  'environ_sizes_get',
  // The end of the interpreter, its timer and its signals.
  '__assert_fail',
  '__call_sighandler',
  '_abort_js',
  '_setitimer_js',
  'exit',
  'proc_exit',
  '_Py_CheckEmscriptenSignals_Helper',
  // Calls to the interpreter's own functions by number; `_dlsym_js` finds by name only what is left here.
  '_PyEM_TrampolineCall_JS',
  '_dlsym_js',
  'ffi_call_js',
  'ffi_closure_alloc_js',
  'ffi_closure_free_js',
  'ffi_prep_closure_loc_js',
  // A marker for errors, and its test.
  'JsvError_Check',
  'Jsv_GetError_import',
])

/** Emscripten's number for this error. */
const EACCES = 2
const EAI_FAIL = -4
/** The status that wait() reports for a shell that found no program. */
const NOT_FOUND = 127 << 8
const FIRST_UMASK = 0o022

const SOCKETS = [
  'accept4',
  'bind',
  'connect',
  'getpeername',
  'getsockname',
  'getsockopt',
  'listen',
  'recvfrom',
  'recvmsg',
  'sendmsg',
  'sendto',
  'socket',
]

/** The wall between an interpreter and its host. */
export class Wall {
  private shut = false

  /** Creates Pyodide's module with the allowed imports. */
  readonly createModule: typeof createModule = (settings) => {
    const { instantiateWasm } = settings
    if (!instantiateWasm) throw new Error('this version of Pyodide instantiates its module in another way')
    return createModule({
      ...settings,
      instantiateWasm: (imports, done) => {
        // Emscripten looks up names in the same object when it links later.
        const library: Imports = imports.env ?? {}
        this.guard(library)
        return instantiateWasm(imports, (instance, module) => {
          forget(library, module)
          done(instance, module)
        })
      },
    })
  }

  /** Shuts every import that is neither open nor replaced. */
  close(): void {
    this.shut = true
  }

  private guard(library: Imports): void {
    const own = replaced()
    for (const [name, original] of Object.entries(library)) {
      const instead = own[name]
      if (instead) library[name] = Object.assign(instead, { sig: original.sig })
      else if (!OPEN.has(name)) library[name] = this.guarded(original)
    }
  }

  private guarded(original: Import): Import {
    const nothing = nothingOf(original.sig)
    // Where the engine can switch stacks, an import may be an object, which nothing here calls.
    const call: Import =
      typeof original === 'function' ? (...words) => (this.shut ? nothing : original(...words)) : () => nothing
    return Object.assign(call, original)
  }
}

function replaced(): Readonly<Record<string, Import>> {
  let umask = FIRST_UMASK
  return {
    ...Object.fromEntries(SOCKETS.map((name) => [`__syscall_${name}`, () => -EACCES])),
    getaddrinfo: () => EAI_FAIL,
    getnameinfo: () => EAI_FAIL,
    // Emscripten would run a shell of the host.
    _emscripten_system: (command) => (command === 0 ? 0 : NOT_FOUND),
    // Emscripten would return the ids of the engine's process.
    __syscall_getuid32_js: () => 0,
    __syscall_umask_js: (mask) => {
      const before = umask
      umask = Number(mask) & 0o777
      return before
    },
  }
}

function nothingOf(sig = 'v'): unknown {
  if (sig.startsWith('j')) return 0n
  return sig.startsWith('e') ? null : 0
}

/** Removes the functions that the module was linked with, so that no name brings one back. */
function forget(library: Imports, module: WebAssembly.Module): void {
  const linked = new Set(WebAssembly.Module.imports(module).map(({ name }) => name))
  for (const name of Object.keys(library)) if (!linked.has(name)) delete library[name]
}

/** The names of modules that lead to JavaScript. */
const BRIDGE = /^_?pyodide(_|\/|$)/
const WORD = 4

/** Removes the built-in modules that lead to JavaScript from the table that imports use. */
export function hideBuiltins(api: CApi): void {
  const word = (address: number): number => api.HEAPU32[address / WORD] ?? 0
  for (let entry = word(api._PyImport_Inittab); word(entry) !== 0; entry += 2 * WORD) {
    const name = word(entry)
    const text = Buffer.from(api.HEAPU8.subarray(name, api.HEAPU8.indexOf(0, name))).toString()
    if (BRIDGE.test(text)) api.HEAPU8[name] = UNNAMEABLE
  }
}

/** No identifier begins with this character. */
const UNNAMEABLE = 0x2d
const DIRECTORY_ENTRY = 0x02014b50
const END_OF_DIRECTORY = 0x06054b50
/** The sizes of the record that ends an archive without a comment, and of a directory entry without its name. */
const END_BYTES = 22
const ENTRY_BYTES = 46

/** Renames the Python modules that lead to JavaScript inside the archive of the standard library, so that imports do not find them. */
export function hideLibrary(files: PyodideInterface['FS']): void {
  const [name] = files.readdir('/lib').filter((entry: string) => entry.endsWith('.zip'))
  const archive = Buffer.from(files.readFile(`/lib/${name}`))
  const end = archive.length - END_BYTES
  if (archive.readUInt32LE(end) !== END_OF_DIRECTORY) throw new Error('the standard library is not a zip archive')
  let at = archive.readUInt32LE(end + 16)
  while (archive.readUInt32LE(at) === DIRECTORY_ENTRY) {
    const length = archive.readUInt16LE(at + 28)
    const start = at + ENTRY_BYTES
    if (BRIDGE.test(archive.toString('latin1', start, start + length))) archive[start] = UNNAMEABLE
    at = start + length + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32)
  }
  files.writeFile(`/lib/${name}`, archive)
}
