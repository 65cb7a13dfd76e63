/** What makes a builder, by the path that it is reached by. */
const BUILDERS = /^(?:redisgears\.|rg\.)?(?:GearsBuilder|GB)$/
export const isBuilderName = (path: string): boolean => BUILDERS.test(path)

/** Modules that come with Python: they register nothing. For other modules the script alone does not show it. */
const STANDARD = new Set(
  'abc argparse array ast asyncio atexit base64 binascii bisect builtins calendar cProfile cmath codecs collections concurrent configparser contextlib copy csv ctypes dataclasses datetime decimal difflib dis email enum errno faulthandler fnmatch fractions ftplib functools gc getopt getpass glob gzip hashlib heapq hmac html http importlib inspect io ipaddress itertools json keyword linecache locale logging lzma math mimetypes multiprocessing numbers opcode operator os pathlib pickle pickletools pkgutil platform pprint profile pstats queue random re redisgears rg sched secrets select selectors shlex shutil signal smtplib socket sqlite3 ssl stat statistics string struct subprocess sys sysconfig tempfile textwrap threading time timeit tokenize traceback types typing unicodedata unittest urllib uuid warnings weakref xml zipfile zlib __future__'.split(
    ' ',
  ),
)

/** Functions and classes that every script finds, Python's and the module's. */
const BUILTINS = new Set(
  'abs all any ascii bin bool bytearray bytes callable chr classmethod complex delattr dict dir divmod enumerate filter float format frozenset getattr globals hasattr hash help hex id input int isinstance issubclass iter len list locals map max memoryview min next object oct open ord pow print property range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip execute atomic log configGet gearsConfigGet hashtag registerTE call_next get_command override_reply flat_error isAsyncAllow isInAtomicBlock gearsFuture createFuture setFutureResults setFutureException runCoroutine getGearsSession setGearsSession registerGearsThread GearsSession gearsCtx Thread Future Log ConfigGet GearsConfigGet'.split(
    ' ',
  ),
)

const EXCEPTION = /^[A-Z]\w*(?:Error|Exception|Exit|Warning|Interrupt|Iteration)$/

/** Whether a path leads into Python or the module, so that it is known to register nothing by itself. */
export function isKnownThing(path: string): boolean {
  const [first = ''] = path.split(/[.(]/)
  return STANDARD.has(first) || BUILTINS.has(first) || EXCEPTION.test(first)
}

/** Names of the module's C layer by the names that scripts know them by. */
const SAME: ReadonlyMap<string, string> = new Map(
  Object.entries({
    executeCommand: 'execute',
    callNext: 'call_next',
    getCommand: 'get_command',
    overrideReply: 'override_reply',
    getMyHashTag: 'hashtag',
    registerTimeEvent: 'registerTE',
    gearsFutureCtx: 'gearsFuture',
    atomicCtx: 'atomic',
    flatError: 'flat_error',
    config_get: 'configGet',
  }),
)

/** `redisgears.executeCommand` and `rg.executeCommand` are `execute`. */
export function runtimePath(path: string): string {
  const name = /^(?:redisgears|rg)\.(.+)$/.exec(path)?.[1]
  return name === undefined ? path : (SAME.get(name) ?? name)
}
