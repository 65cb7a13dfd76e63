/**
 * The names of the module's own Python, in whose copy each script runs, with the value of each that a script may import itself. A function
 * that reaches another shard, or is restored from an RDB, finds these in place of the script's globals of the same name (each tried on
 * 1.2.13 with three shards).
 */
const MODULES =
  'asyncio cProfile copy dis importlib io itertools logging opcode operator pickle pstats redisgears struct sys traceback types weakref'
const IMPORTED: readonly (readonly [string, string])[] = [
  ['rg', 'redisgears'],
  ['partial', 'functools.partial'],
  ['Thread', 'threading.Thread'],
  ['Future', 'asyncio.futures.Future'],
  ['Pickler', 'pickle._Pickler'],
  ['StringIO', 'io.BytesIO'],
  ['load', 'pickle.load'],
  ['loads', 'pickle.loads'],
  ['HAVE_ARGUMENT', 'dis.HAVE_ARGUMENT'],
  ['EXTENDED_ARG', 'dis.EXTENDED_ARG'],
  ['execute', 'redisgears.executeCommand'],
  ['call_next', 'redisgears.callNext'],
  ['get_command', 'redisgears.getCommand'],
  ['override_reply', 'redisgears.overrideReply'],
  ['atomic', 'redisgears.atomicCtx'],
  ['hashtag', 'redisgears.getMyHashTag'],
  ['registerTE', 'redisgears.registerTimeEvent'],
  ['gearsCtx', 'redisgears.gearsCtx'],
  ['gearsFuture', 'redisgears.gearsFutureCtx'],
  ['log', 'redisgears.log'],
  ['setGearsSession', 'redisgears.setGearsSession'],
  ['getGearsSession', 'redisgears.getGearsSession'],
  ['registerGearsThread', 'redisgears.registerGearsThread'],
  ['isInAtomicBlock', 'redisgears.isInAtomicBlock'],
  ['configGet', 'redisgears.config_get'],
  ['PyFlatExecution', 'redisgears.PyFlatExecution'],
  ['isAsyncAllow', 'redisgears.isAsyncAllow'],
  ['flat_error', 'redisgears.flatError'],
  ['print_function', '__future__.print_function'],
  ['str', 'builtins.str'],
]
const OWN =
  't loop CloudPickler _empty_cell_value f k v dump dumps instance subimport dynamic_subimport cell_set islambda is_tornado_coroutine string_types PY3 GB GearsBuilder GearsFuture GearsSession DEFAULT_PROTOCOL STORE_GLOBAL DELETE_GLOBAL LOAD_GLOBAL GLOBAL_OPS Log ConfigGet GearsConfigGet gearsConfigGet createDecorator createFuture createKeysOnlyReader genDeprecated profileGetInfo profileStart profileStop profilerCreate requested_base_globals runCoroutine setFutureException setFutureResults shardReaderCallback _BUILTIN_TYPE_CONSTRUCTORS _BUILTIN_TYPE_NAMES _builtin_type _cell_set_template_code _fill_function _gen_ellipsis _gen_not_implemented _get_cell_contents _get_dict_new _get_frozenset_new _get_list_new _get_object_new _get_set_new _get_tuple_new _is_dynamic _make__new__factory _make_cell_set_template_code _make_empty_cell _make_skel_func _rebuild_tornado_coroutine _rehydrate_skeleton_class _restore_attr _walk_global_ops __name__ __doc__ __spec__ __loader__ __package__ __builtins__ __annotations__'

/** Name → the path that it is imported by, null for what only the module has. */
export const TAKEN_NAMES: ReadonlyMap<string, string | null> = new Map<string, string | null>([
  ...MODULES.split(' ').map((name) => [name, name] as const),
  ...IMPORTED,
  ...OWN.split(' ').map((name) => [name, null] as const),
])

/** The values of these cannot be sent: every other shard crashes when it receives a function that uses one. */
export const CRASHING_NAMES: readonly string[] = ['t', 'loop', 'CloudPickler', '_empty_cell_value']
