"""Plans: what an execution needs, pickled for other shards and for a restart, and the future that a run returned to its script."""

from . import context, errors, functions, loop, session, steps

# id → Plan, for as long as the shard uses it.
plans = {}
# A plan's id → the future that `run` returned.
_futures = {}


class Plan:
    """What an execution needs: reader, steps and session. It does not change after `run` or `register`."""

    __slots__ = ('reader', 'steps', 'stages', 'session', 'function', 'on_registered', 'id')
    count = 0

    def __init__(self, reader, plan_steps, session, function=None, on_registered=None):
        self.reader = reader
        self.steps = plan_steps
        self.stages = steps.stages(plan_steps)
        self.session = session
        # The function that a PythonReader calls.
        self.function = function
        self.on_registered = on_registered
        Plan.count += 1
        self.id = Plan.count

    def triples(self):
        return [(step.type, step.name, step.arg) for step in self.steps]


def pickled(plan):
    """Pickles the plan for other shards and for the shard's next start."""
    for step in plan.steps:
        if callable(step.callback):
            functions.dump_callback(step.callback)
    if plan.on_registered is not None:
        functions.dump_callback(plan.on_registered)
    if plan.function is not None:
        functions.dump_callback(plan.function)
    value = (
        plan.reader,
        [(step.type, step.name, step.arg, step.callback) for step in plan.steps],
        plan.function,
        plan.on_registered,
    )
    return functions.dumps(value)


def load_plan(session_id, data):
    """Loads a plan that another shard, or this shard before a crash, pickled. Returns its id here, or an error text."""
    owner = session.sessions[session_id]
    token = context.enter(owner, None)
    try:
        reader, triples, function, on_registered = functions.loads(data, owner.globals)
    except BaseException as exc:
        return f'Failed deserializing flat execution, {_not_loaded(exc)}'
    finally:
        context.leave(token)
    loaded = []
    for type, name, arg, callback in triples:
        step = steps.Step(type, name, callback)
        step.arg = arg
        loaded.append(step)
    plan = Plan(reader, loaded, owner, function, on_registered)
    plans[plan.id] = plan
    return plan.id


def _not_loaded(exc):
    if isinstance(exc, errors.error):
        return str(exc)
    return f'Error occured when deserialized a python callback, error={errors.render(exc.with_traceback(None))}'


def drop_plan(plan_id):
    plans.pop(plan_id, None)
    # The execution was aborted before it began.
    settle(plan_id, [], [])


def registered(plan_id):
    """Calls the plan's onRegistered; returns an error text, or ''."""
    plan = plans[plan_id]
    if plan.on_registered is None:
        return ''
    return session.call_outside(plan.session, plan.on_registered) or ''


def future_of(plan):
    """Creates the future of the plan's run; `settle` completes it."""
    future = _futures[plan.id] = loop.loop.create_future()
    return future


def settle(plan_id, results, errors):
    future = _futures.pop(plan_id, None)
    if future is not None and not future.done():
        future.set_result([list(results), list(errors)])
