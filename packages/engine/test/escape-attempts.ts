/** Attempts to get out of the interpreter: what a function or a Lua script does, and what it gets. */

/** What the attempts try to reach outside the engine. */
export interface EscapeTarget {
  /** A file of the host that they must not read … */
  readonly file: string
  /** … in a folder that they must not write to. */
  readonly folder: string
  /** A port with a listener. */
  readonly port: number
}

export interface Attempt {
  /** The body of a Python function of `x`, or a Lua script. It returns or raises. */
  readonly source: string
  /** What the attempt may get: a result, or an error's text. */
  readonly gets: RegExp
}

const NO_MODULE = /ModuleNotFoundError: No module named/
const quoted = (text: string): string => JSON.stringify(text)

/** Attempts through Pyodide's bridge. */
const BRIDGE: Readonly<Record<string, Attempt>> = {
  'import js': { source: 'import js\nreturn js.process.env.GEARBOARD_PASSWORD', gets: NO_MODULE },
  'import pyodide_js': {
    source: "import pyodide_js\nreturn pyodide_js.FS.mount(pyodide_js.FS.filesystems.NODEFS, {'root': '/'}, '/mnt')",
    gets: NO_MODULE,
  },
  'pyodide.code.run_js': {
    source: "from pyodide.code import run_js\nreturn run_js('process.env.GEARBOARD_PASSWORD')",
    gets: NO_MODULE,
  },
  'pyodide.ffi': { source: 'from pyodide.ffi import to_js\nreturn to_js([]).constructor', gets: NO_MODULE },
  'pyodide.http': {
    source: "from pyodide.http import open_url\nreturn open_url('file:///etc/passwd').read()",
    gets: NO_MODULE,
  },
  'pyodide.webloop': { source: 'import pyodide.webloop\nreturn pyodide.webloop', gets: NO_MODULE },
  _pyodide_core: { source: 'import _pyodide_core\nreturn _pyodide_core.create_proxy(print)', gets: NO_MODULE },
  _pyodide: { source: 'import _pyodide._importhook as h\nreturn h.jsfinder.jsproxies', gets: NO_MODULE },
  'each of them after the caches are forgotten': {
    source: `
import importlib, sys, zipimport
got = []
for name in ('js', 'pyodide_js', 'pyodide', 'pyodide.code', 'pyodide._run_js', '_pyodide', '_pyodide._base', '_pyodide_core'):
    zipimport._zip_directory_cache.clear()
    sys.path_importer_cache.clear()
    importlib.invalidate_caches()
    try:
        got.append(importlib.import_module(name))
    except ImportError:
        pass
return got`,
    gets: /^\[\]$/,
  },
  'the finder that shows JavaScript’s modules': {
    source:
      "import sys\nreturn [f for f in sys.meta_path + sys.path_hooks if 'Js' in repr(f) or 'pyodide' in repr(f)] + [m for m in sys.modules if 'pyodide' in m or m == 'js']",
    gets: /^\[\]$/,
  },
  'what is built in, made by hand': {
    source: `
import _imp, importlib.machinery as m
core = _imp.create_builtin(m.ModuleSpec('_pyodide_core', None))
got = []
for name in ('run_js', 'to_js', 'create_proxy', 'create_once_callable', 'js2py_default', 'can_run_sync'):
    try:
        got.append(getattr(core, name)(print).constructor)
    except BaseException:
        pass
return got`,
    gets: /^\[\]$/,
  },
  'the archive of the library, with its names put back': {
    source: `
import sys, _imp, importlib.machinery as m
data = open('/lib/python314.zip', 'rb').read()
open('/tmp/mended.zip', 'wb').write(data.replace(b'-yodide/', b'pyodide/').replace(b'-pyodide/', b'_pyodide/'))
sys.path.insert(0, '/tmp/mended.zip')
try:
    from pyodide.code import run_js
    return run_js('process.env.GEARBOARD_PASSWORD')
finally:
    sys.path.remove('/tmp/mended.zip')
    for name in [n for n in sys.modules if 'pyodide' in n]:
        del sys.modules[name]`,
    gets: /ImportError|ModuleNotFoundError|AttributeError/,
  },
  'proxies that the collector knows': {
    source: `
import gc
got = []
for o in gc.get_objects():
    if 'Js' in type(o).__name__ and not isinstance(o, type) and hasattr(o, 'constructor'):
        got.append(o)
return got`,
    gets: /^\[\]$/,
  },
  'every subclass of object that is a proxy’s': {
    source: `
def below(c):
    for s in type.__subclasses__(c):
        yield s
        yield from below(s)
got = []
for c in {c for c in below(object) if 'Js' in c.__name__}:
    try:
        p = c.__new__(c)
        got.append(getattr(p, 'constructor', None) or getattr(p, 'js_error', None))
    except BaseException:
        pass
return [g for g in got if g is not None]`,
    gets: /^\[\]$/,
  },
  'frames below the function': {
    source: `
import sys
f, got = sys._getframe(), []
while f:
    got += [v for v in (*f.f_locals.values(), *f.f_globals.values()) if 'pyodide' in (getattr(type(v), '__module__', '') or '')]
    f = f.f_back
return got`,
    gets: /^\[\]$/,
  },
  'the exception of a host’s function': {
    source: `
from _rg import host
try:
    host.shard_of(5)
except BaseException as e:
    return [e.__traceback__.tb_next, e.__context__, str(e)]`,
    gets: /^\[None, None, (?!.*(file:|node:|\.mjs))/,
  },
  'what the functions of the host are bound to': {
    source:
      "from _rg import host\nreturn [(f.__self__, f.__module__) for f in vars(host).values() if type(f).__name__ == 'builtin_function_or_method' and (f.__self__ or f.__module__)]",
    gets: /^\[\]$/,
  },
  'the event loop': {
    source:
      'import asyncio\nreturn type(asyncio.get_event_loop_policy()).__module__ + type(asyncio.get_event_loop()).__module__',
    gets: /^_rg\.closed_rg\.loop$/,
  },
  'hooks of the interpreter': {
    source:
      'import sys\nreturn [sys.excepthook is sys.__excepthook__, sys.displayhook is sys.__displayhook__, sys.breakpointhook is sys.__breakpointhook__]',
    gets: /^\[True, True, True\]$/,
  },
}

/** Attempts through C functions, called with `ctypes`. */
const POINTERS: Readonly<Record<string, Attempt>> = {
  emscripten_run_script: {
    source: `
import ctypes
got = []
for name in ('emscripten_run_script', 'emscripten_run_script_int', 'emscripten_run_script_string', 'emscripten_async_run_script', 'emscripten_fetch', 'emscripten_websocket_new', 'emscripten_async_wget', 'emscripten_idb_load', 'setNetworkCallback', '_emscripten_fs_load_embedded_files', 'emscripten_get_window_title'):
    for library in (ctypes.pythonapi, ctypes.CDLL(None)):
        try:
            got.append(getattr(library, name))
        except AttributeError:
            pass
return got`,
    gets: /^\[\]$/,
  },
  'a shell by its system call': {
    source:
      "import ctypes\nreturn [ctypes.CDLL(None)._emscripten_system(b'touch ' + FOLDER.encode() + b'/shell'), ctypes.CDLL(None).system(b'touch ' + FOLDER.encode() + b'/shell')]",
    gets: /^\[32512, 32512\]$/,
  },
  'a constant of EM_ASM': {
    source:
      "import ctypes\nreturn [ctypes.CDLL(None).emscripten_asm_const_int(code, b'', 0) for code in (3964903, 3964960, 3965009)]",
    gets: /^\[0, 0, 0\]$/,
  },
  'the table of JavaScript’s values': {
    source: `
import ctypes
api = ctypes.pythonapi
api.JsProxy_create.restype = ctypes.py_object
got = []
for number in (0, 1, 2, 3, 4, 100):
    proxy = api.JsProxy_create(number)
    for name in ('constructor', '__proto__', 'process', 'FS', 'globalThis'):
        try:
            got.append(type(getattr(proxy, name)).__name__)
        except BaseException:
            pass
return [g for g in got if g not in ('NoneType', 'int', 'float', 'JsNull')]`,
    gets: /^\[\]$/,
  },
  'each import of the bridge': {
    source: `
import ctypes
library, got = ctypes.CDLL(None), []
for name in ('JsProxy_GetAttr_js', 'JsvObject_New', 'JsvObject_CallMethod', 'JsvFunction_Construct', 'JsvFunction_CallBound', 'raw_call_js', 'js2python_js', 'JsBuffer_DecodeString_js', 'JsvBuffer_writeToFile', 'JsvObject_toString', 'set_pyodide_module', 'jslib_init_js', 'create_once_callable', 'emscripten_log_impl_js', 'emscripten_debugger', 'emscripten_set_up_async_input_device_js'):
    try:
        got.append(getattr(library, name)(0, 0, 0, 0))
    except BaseException as e:
        got.append(0)
return [g for g in got if g]`,
    gets: /^\[\]$/,
  },
  'a library of one’s own, which brings JavaScript along': {
    source: `
import ctypes
# \\0asm 1, the section dylink.0, and what EM_JS would export.
section = b'\\x08dylink.0\\x01\\x04\\x00\\x00\\x00\\x00'
open('/tmp/evil.so', 'wb').write(b'\\x00asm\\x01\\x00\\x00\\x00\\x00' + bytes([len(section)]) + section)
return ctypes.CDLL('/tmp/evil.so')`,
    gets: /OSError/,
  },
  'the same as a module': {
    source: `
import importlib.machinery as m, importlib.util as u
open('/tmp/evil.cpython-314-wasm32-emscripten.so', 'wb').write(b'\\x00asm\\x01\\x00\\x00\\x00')
spec = u.spec_from_file_location('evil', '/tmp/evil.cpython-314-wasm32-emscripten.so', loader=m.ExtensionFileLoader('evil', '/tmp/evil.cpython-314-wasm32-emscripten.so'))
return u.module_from_spec(spec)`,
    gets: /ImportError/,
  },
  'variables and programs by the functions of C': {
    source: `
import ctypes
library = ctypes.CDLL(None)
library.getenv.restype = ctypes.c_char_p
library.popen.restype = ctypes.c_void_p
variables = [library.getenv(name) for name in (b'GEARBOARD_PASSWORD', b'GEARBOARD_ENGINE_PASSWORD', b'HOST_SECRET')]
return variables + [library.popen(b'touch ' + FOLDER.encode() + b'/popen', b'r'), library.vfork()]`,
    gets: /^\[None, None, None, None, -1\]$/,
  },
  'bytes that claim to be longer than they are': {
    source: `
import ctypes
got = []
for claimed in (2000000000, -5):
    b = bytes(b'A' * 16)
    size = ctypes.c_int.from_address(id(b) + 8)
    size.value = claimed
    try:
        execute('SET', 'claimed', b)
        got.append('sent')
    except BaseException as e:
        got.append(type(e).__name__)
    size.value = 16
return got`,
    gets: /^\['RuntimeError', 'RuntimeError'\]$/,
  },
}

/** Attempts through the operating system. */
const SYSTEM: Readonly<Record<string, Attempt>> = {
  'os.system': { source: "import os\nreturn os.system('touch ' + FOLDER + '/system')", gets: /^32512$/ },
  'os.popen': { source: "import os\nreturn os.popen('env').read()", gets: /OSError/ },
  subprocess: { source: "import subprocess\nreturn subprocess.check_output('env')", gets: /OSError/ },
  'fork and exec': {
    source: `
import os
got = []
for name, arguments in (('fork', ()), ('forkpty', ()), ('execv', ('/bin/sh', ['sh'])), ('posix_spawn', ('/bin/sh', ['sh'], {})), ('spawnv', (0, '/bin/sh', ['sh']))):
    try:
        got.append(getattr(os, name)(*arguments))
    except (AttributeError, OSError):
        pass
return got`,
    gets: /^\[\]$/,
  },
  _posixsubprocess: {
    source:
      "import _posixsubprocess as p\nreturn p.fork_exec([b'/bin/sh'], [b'/bin/sh'], True, (), None, None, -1, -1, -1, -1, -1, -1, -1, -1, False, False, 0, None, None, None, -1, None)",
    gets: /Error/,
  },
  'a file of the host': { source: 'return open(FILE).read()', gets: /FileNotFoundError/ },
  'a file of the host, upwards': { source: "return open('../' * 30 + FILE[1:]).read()", gets: /FileNotFoundError/ },
  'a file of the host by a link': {
    source: "import os\nos.symlink(FILE, f'/tmp/link{x}')\nreturn open(f'/tmp/link{x}').read()",
    gets: /FileNotFoundError/,
  },
  'folders of the host': {
    source: "import os\nreturn sorted(set(os.listdir('/')) - {'tmp', 'home', 'dev', 'proc', 'lib', 'rg', 'site'})",
    gets: /^\[\]$/,
  },
  'a file written to the host': {
    source: "open(FOLDER + '/written', 'w').write('x')",
    gets: /FileNotFoundError/,
  },
  '/proc': {
    source:
      "import os\nreturn [p for p in ('/proc/self/environ', '/proc/1/environ', '/proc/self/maps', '/proc/self/mem', '/etc/passwd') if os.path.exists(p)]",
    gets: /^\[\]$/,
  },
  devices: {
    source: `
import os
got = []
for name in os.listdir('/dev'):
    if name not in ('null', 'random', 'urandom', 'stdin', 'stdout', 'stderr', 'tty', 'tty1', 'shm'):
        got.append(name)
for name in ('tty', 'tty1', 'null'):
    try:
        with open('/dev/' + name, 'rb', buffering=0) as device:
            got += [data for data in [device.read(10)] if data]
    except OSError:
        pass
return got`,
    gets: /^\[\]$/,
  },
  'what is typed to the engine': {
    source: "return repr(open('/dev/stdin').read()) + repr(open(0, closefd=False).read())",
    gets: /^''''$/,
  },
  'the environment': {
    source:
      "import os\nreturn sorted({*os.environ} - {'USER', 'LOGNAME', 'PATH', 'PWD', 'HOME', 'LANG', '_', 'PYTHONINSPECT', 'LD_LIBRARY_PATH'}) + [os.environ['_']]",
    gets: /^\['python3'\]$/,
  },
  'how the engine was started': {
    source: 'import sys\nreturn [sys.orig_argv, sys.argv, sys.executable]',
    gets: /^\[\['python3'\], \['Embeded'\], ''\]$/,
  },
  'who runs it': {
    source: 'import os\nreturn [os.getuid(), os.getpid(), os.uname().nodename]',
    gets: /^\[0, 42, 'emscripten'\]$/,
  },
  'its mask for new files': {
    source: 'import os\nold = os.umask(0)\nreturn [oct(old), oct(os.umask(old))]',
    gets: /^\['0o22', '0o0'\]$/,
  },
  'a browser of the host': {
    source: "import webbrowser\nreturn webbrowser.open('file://' + FILE)",
    gets: NO_MODULE,
  },
  'a database in a file of the host': {
    source: "import sqlite3\nreturn sqlite3.connect(f'file:{FILE}?mode=ro', uri=True).execute('select 1').fetchall()",
    gets: /OperationalError: unable to open/,
  },
  'another process of Python': {
    source: "import sys\nopen('/tmp/script.py', 'w').write('')\nreturn sys.remote_exec(1, '/tmp/script.py')",
    gets: /Error/,
  },
  'a signal to the engine': {
    source: `
import os
got = []
for pid in (os.getppid(), 1, 2, 100):
    try:
        got.append(os.kill(pid, 0))
    except OSError:
        pass
return got`,
    gets: /^\[(None(, None)*)?\]$/,
  },
}

/** Attempts through the network. */
const NETWORK: Readonly<Record<string, Attempt>> = {
  'a socket': {
    source: "import socket\ns = socket.socket()\ns.connect(('127.0.0.1', PORT))\nreturn s",
    gets: /PermissionError/,
  },
  'a datagram': {
    source: "import socket\nreturn socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', PORT))",
    gets: /PermissionError/,
  },
  'a socket of the file system': {
    source: "import socket\nreturn socket.socket(1).connect('/var/run/docker.sock')",
    gets: /PermissionError/,
  },
  'a pair of sockets': { source: 'import socket\nreturn socket.socketpair()', gets: /Error/ },
  'a server': { source: "import socket\nreturn socket.create_server(('127.0.0.1', 0))", gets: /Error/ },
  'a name': { source: "import socket\nreturn socket.getaddrinfo('localhost', PORT)", gets: /gaierror/ },
  urllib: {
    source: "import urllib.request\nreturn urllib.request.urlopen(f'http://127.0.0.1:{PORT}/').read()",
    gets: /URLError/,
  },
  'a file by its URL': {
    source: "import urllib.request\nreturn urllib.request.urlopen('file://' + FILE).read()",
    gets: /URLError|FileNotFoundError/,
  },
  'http.client': {
    source:
      "import http.client\nc = http.client.HTTPConnection('127.0.0.1', PORT)\nc.request('GET', '/')\nreturn c.getresponse().read()",
    gets: /gaierror/,
  },
  'system calls by their names': {
    source: `
import ctypes
library, got = ctypes.CDLL(None), []
for name in ('socket', 'connect', 'bind', 'listen', 'accept', 'sendto', 'recvfrom', '__syscall_socket', '__syscall_connect', '_maybe_connect_async', '_maybe_sendto_async'):
    try:
        got.append(getattr(library, name)(2, 1, 0, 0, 0, 0))
    except BaseException:
        pass
return [g for g in got if g > 0]`,
    gets: /^\[\]$/,
  },
}

/** Attempts with code in data. */
const DATA: Readonly<Record<string, Attempt>> = {
  'a pickle that names JavaScript': {
    source: 'import pickle\nreturn pickle.loads(b\'cpyodide.code\\nrun_js\\n(S"process"\\ntR.\')',
    gets: NO_MODULE,
  },
  'a pickle that names a shell': {
    source: "import pickle\nreturn pickle.loads(b'cos\\nsystem\\n(S\"touch ' + FOLDER.encode() + b'/pickled\"\\ntR.')",
    gets: /^32512$/,
  },
  'code that is no Python’s': {
    source: `
def shell(): pass
code = shell.__code__.replace(co_names=('os', 'system'), co_consts=(None,))
import marshal
shell.__code__ = marshal.loads(marshal.dumps(code))
return [shell(), shell.__globals__.get('js')]`,
    gets: /^\[None, None\]$/,
  },
  'arguments that no step gives to the host': {
    source: `
from _rg import host
circle = []
circle.append(circle)
mixed = {'__proto__': {'mode': 'async'}, 'constructor': 'x', 'mode': '__proto__'}
for name, arguments in (('log', ('notice', circle)), ('log', ('notice', 10**400)), ('log', ('notice', object())), ('log', ({}, 'x')), ('call_next', (1, [{'length': 10}])), ('call_next', ('__proto__', None)), ('config_get', ('__proto__',)), ('send', ('__proto__', 'x', None, None)), ('send', (1, 2, 99, b'x')), ('override_reply', ('x', None)), ('keys_batch', (0, 1e9)), ('distributed', ({},)), ('execution_ready', ('__proto__',)), ('call', ()), ('call', ('SET', 'a', '\\ud800')), ('shard_of', (None,)), ('run', ('s', 1, {1: 2}, None, 0)), ('run', ('__proto__', 1, mixed, None, 0)), ('register', ('__proto__', 1, mixed, b'x'))):
    try:
        getattr(host, name)(*arguments)
    except Exception as e:
        pass
return [{}.get('mode'), execute('PING')]`,
    gets: /^\[None, 'PONG'\]$/,
  },
  'commands that would reach the host’s files': {
    source: `
got = []
for words in (('CONFIG', 'SET', 'dir', FOLDER), ('CONFIG', 'SET', 'dbfilename', 'evil.rdb'), ('CONFIG', 'REWRITE'), ('MODULE', 'LOAD', FILE), ('ACL', 'LOAD'), ('ACL', 'SAVE'), ('REPLICAOF', '127.0.0.1', str(PORT)), ('MIGRATE', '127.0.0.1', str(PORT), 'k', '0', '10'), ('SCRIPT', 'DEBUG', 'YES')):
    try:
        got.append((words, execute(*words)))
    except Exception:
        pass
return [g for g in got if g[1] is not None]`,
    gets: /^\[\]$/,
  },
}

/** Names and values that the Python attempts use. */
const given = ({ file, folder, port }: EscapeTarget): string =>
  `FILE, FOLDER, PORT = ${quoted(file)}, ${quoted(folder)}, ${port}\n`

/** Wraps the attempt in a script that runs it on every shard and returns the text of its result or error. */
export function pythonScript({ source }: Attempt, target: EscapeTarget): string {
  const body = source.trim().split('\n').join('\n    ')
  return `${given(target)}
def attempt(x):
    ${body}

def told(x):
    try:
        return str(attempt(x))
    except BaseException as e:
        return f'{type(e).__name__}: {e}'

GB('ShardsIDReader').map(told).run()`
}

export const PYTHON: Readonly<Record<string, Readonly<Record<string, Attempt>>>> = {
  'Pyodide’s bridge': BRIDGE,
  pointers: POINTERS,
  'the system': SYSTEM,
  'the network': NETWORK,
  'code that comes as data': DATA,
}

const absent = (name: string): Attempt => ({
  source: `return type(rawget(_G, '${name}'))`,
  gets: /^nil$/,
})

export const LUA: Readonly<Record<string, Attempt>> = {
  ...Object.fromEntries(
    ['os', 'io', 'package', 'require', 'debug', 'js', 'fengari', 'dofile', 'loadfile', 'print', 'coroutine'].map(
      (name) => [name, absent(name)],
    ),
  ),
  'compiled code by load': {
    source: "return tostring((load(string.dump(function() return 1 end), 'x', 'b')))",
    gets: /^nil$/,
  },
  'what the handler of errors holds': {
    source:
      "local kept = {} for name, value in pairs(_G) do if type(value) == 'userdata' then kept[#kept + 1] = name end end return #kept",
    gets: /^0$/,
  },
  'the string library by a string': {
    source:
      "local s = getmetatable('').__index return type(s.dump) .. type(s.system) .. type(s.constructor) .. type(s.__proto__)",
    gets: /^functionnilnilnil$/,
  },
  'an error of JavaScript': {
    source:
      "local _, e = pcall(string.rep, 'x', -1, {}) return type(e) .. type(getmetatable(cjson.null)) .. tostring(type(e) == 'table' and e.stack)",
    gets: /^stringnilfalse$/,
  },
  'names that every object of JavaScript has': {
    source:
      'local t = {} return tostring(t.constructor) .. tostring(t.__proto__) .. tostring(redis.constructor) .. tostring(cjson.decode(\'{"__proto__":{"a":1}}\').a)',
    gets: /^nilnilnilnil$/,
  },
  'an environment by redis.call': {
    source: "return redis.call('RG.PYEXECUTE', \"GB('ShardsIDReader').map(lambda x: __import__('js')).run('*')\")",
    gets: /./,
  },
  'a file by redis.call': {
    source: "local e = redis.pcall('CONFIG', 'SET', 'dir', '/tmp') return type(e) == 'table' and e.err or 'set'",
    gets: /^ERR/,
  },
}
/** Lua scripts that are bytecode. */
export const LUA_BINARY: Readonly<Record<string, Buffer>> = {
  'the head of compiled code': Buffer.from('\x1bLuaS\x00\x19\x93\r\n\x1a\n', 'latin1'),
  'nothing but its mark': Buffer.from('\x1bLua', 'latin1'),
  'compiled code below a line of flags': Buffer.from('#!lua\n\x1bLuaS\x00', 'latin1'),
}
