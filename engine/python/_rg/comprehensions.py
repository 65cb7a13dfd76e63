"""
Frames that CPython 3.7 had and today's lacks: a list, set or dict comprehension was a function of its own, and its frame stands in the
recorded tracebacks. Now it is compiled into the code around it; its instructions tell where.
"""

import dis
import functools

_BUILDS = {'BUILD_LIST': '<listcomp>', 'BUILD_SET': '<setcomp>', 'BUILD_MAP': '<dictcomp>'}


def frames(code, at, line):
    """The frames that 3.7 showed where today's shows one, outermost first: (line, name). `at`: offset of the instruction that runs."""
    shown, name = [], code.co_name
    for start, end, inner, called in _comprehensions(code):
        if start <= at < end:
            shown.append((called, name))
            name = inner
    return [*shown, (line, name)]


@functools.lru_cache(maxsize=256)
def _comprehensions(code):
    """(first offset, end, name, line of what it iterates over), in the order of the code: the outer before the inner."""
    found = []
    instructions = list(dis.get_instructions(code))
    for index, instruction in enumerate(instructions):
        # Its variables are saved first: that is what marks it.
        if instruction.opname != 'GET_ITER' or instructions[index + 1].opname != 'LOAD_FAST_AND_CLEAR':
            continue
        name, start = None, 0
        for following in instructions[index + 1 :]:
            if name is None and following.opname in _BUILDS:
                name, start = _BUILDS[following.opname], following.offset
            elif name is not None and following.opname == 'FOR_ITER':
                found.append((start, following.jump_target, name, instruction.positions.lineno))
                break
    return found
