"""
Restores the line numbers of CPython 3.7, which never decrease within a statement: a call that begins on line 2 and has an argument on line
4 runs on line 4, where 3.14 says 2. Clients group errors by line, so the syntax tree of a script gets the old numbers.
"""

import ast

_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def as_before(tree):
    """Changes the tree in place."""
    for node in tree.body:
        _Statement(node)
    return tree


class _Statement:
    """Renumbers one statement and the statements inside it."""

    def __init__(self, node):
        self.line = node.lineno
        getattr(self, type(node).__name__, self.simple)(node)

    def simple(self, node):
        """Evaluates the parts first; the statement's own instructions come last."""
        for child in ast.iter_child_nodes(node):
            self.expression(child)
        self.place(node)

    def place(self, node):
        node.lineno = node.end_lineno = self.line
        node.col_offset = node.end_col_offset = 0

    def block(self, nodes):
        for node in nodes:
            _Statement(node)

    # -- statements ------------------------------------------------------------------------------------------------------------

    def Assign(self, node):
        self.expression(node.value)
        for target in node.targets:
            self.expression(target)
        self.place(node)

    def Import(self, node):
        pass

    ImportFrom = Global = Nonlocal = Pass = Break = Continue = Import

    def FunctionDef(self, node):
        for decorator in node.decorator_list:
            self.line = decorator.lineno
            self.expression(decorator)
        self.line = node.lineno
        self.arguments(node.args)
        self.block(node.body)

    AsyncFunctionDef = FunctionDef

    def ClassDef(self, node):
        for decorator in node.decorator_list:
            self.line = decorator.lineno
            self.expression(decorator)
        self.line = node.lineno
        for base in (*node.bases, *node.keywords):
            self.expression(base)
        self.block(node.body)

    def If(self, node):
        self.expression(node.test)
        self.block(node.body)
        self.block(node.orelse)

    While = If

    def For(self, node):
        self.expression(node.iter)
        self.expression(node.target)
        self.block(node.body)
        self.block(node.orelse)

    AsyncFor = For

    def With(self, node):
        for item in node.items:
            self.expression(item.context_expr)
            if item.optional_vars is not None:
                self.expression(item.optional_vars)
        self.block(node.body)

    AsyncWith = With

    def Try(self, node):
        self.block(node.body)
        for handler in node.handlers:
            if handler.type is not None:
                self.line = handler.lineno
                self.expression(handler.type)
            self.block(handler.body)
        self.block(node.orelse)
        self.block(node.finalbody)

    # -- expressions -----------------------------------------------------------------------------------------------------------

    def arguments(self, node):
        for default in (*node.defaults, *node.kw_defaults):
            if default is not None:
                self.expression(default)

    def expression(self, node):
        if isinstance(node, _SCOPES):
            self.scope(node)
        elif isinstance(node, (ast.expr, ast.keyword)):
            self.line = max(self.line, node.lineno)
            for child in self.parts(node):
                self.expression(child)
            self.place(node)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                # The compiler gives a method call the line on which the method's name ends.
                node.func.end_lineno = self.line

    def parts(self, node):
        if isinstance(node, ast.JoinedStr):
            # Expressions inside an f-string have their own line numbers.
            return ()
        if isinstance(node, ast.Dict):
            return [part for pair in zip(node.keys, node.values) for part in pair if part is not None]
        return ast.iter_child_nodes(node)

    def scope(self, node):
        """Renumbers a nested scope, whose lines start again."""
        self.line = max(self.line, node.lineno)
        if isinstance(node, ast.Lambda):
            self.arguments(node.args)
            self.inside(node.body.lineno, node.body)
            return
        first, *others = node.generators
        self.expression(first.iter)
        parts = [first.target, *first.ifs]
        for generator in others:
            parts += [generator.iter, generator.target, *generator.ifs]
        results = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        self.inside(node.lineno, *parts, *results)

    def inside(self, line, *nodes):
        outer, self.line = self.line, line
        for node in nodes:
            self.expression(node)
        self.line = outer
