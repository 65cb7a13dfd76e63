"""
Restores frames that CPython 3.7 had: it compiled a list, set or dict comprehension as a function, whose frame appears in recorded
tracebacks. CPython 3.14 inlines comprehensions; the instructions show where they are.
"""

import dis
import functools

_BUILDS = {'BUILD_LIST': '<listcomp>', 'BUILD_SET': '<setcomp>', 'BUILD_MAP': '<dictcomp>'}


def frames(code, at, line):
    """The frames that 3.7 showed for one of today's, outermost first: (line, name). `at` is the offset of the current instruction."""
    shown, name = [], code.co_name
    for start, end, inner, called in _comprehensions(code):
        if start <= at < end:
            shown.append((called, name))
            name = inner
    return [*shown, (line, name)]


@functools.lru_cache(maxsize=256)
def _comprehensions(code):
    """(first offset, end, name, line of the iterated expression) in the order of the code, outer comprehensions first."""
    found = []
    instructions = list(dis.get_instructions(code))
    for index, instruction in enumerate(instructions):
        # An inlined comprehension saves its variables first, which identifies it.
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
