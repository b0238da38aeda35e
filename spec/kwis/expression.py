# SPDX-License-Identifier: MIT
"""Expressions of the schema: parsed with Python's own parser, checked, and printed as C."""

import ast
import re

from .model import SchemaError

COMPARISONS = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


class Expression:
    def __init__(self, text, where):
        self.text = text.strip()
        self.where = where
        source = re.sub(r"#", "_index", self.text).replace("$", "_position")
        try:
            self.tree = ast.parse(source, mode="eval").body
        except SyntaxError:
            raise SchemaError(f"{where}: '{self.text}' is not an expression") from None
        self.names = set()
        self.raw = set()  # offsets of raw4
        self.texts = set()  # offsets of text
        self._collect(self.tree)

    def _refuse(self):
        raise SchemaError(f"{self.where}: '{self.text}' uses what the schema language does not have")

    def _collect(self, node):
        if isinstance(node, ast.Name):
            self.names.add(node.id)
        elif isinstance(node, ast.Constant):
            if type(node.value) is not int:
                self._refuse()
        elif isinstance(node, ast.BinOp):
            if type(node.op) not in OPERATORS:
                self._refuse()
            if isinstance(node.op, ast.Div) and not (isinstance(node.right, ast.Constant)
                                                     and type(node.right.value) is int and node.right.value > 0):  # fmt: skip
                raise SchemaError(f"{self.where}: '{self.text}' divides by something that is not a positive constant")
            self._collect(node.left)
            self._collect(node.right)
        elif isinstance(node, ast.BoolOp):
            for value in node.values:
                self._collect(value)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            self._collect(node.operand)
        elif isinstance(node, ast.Compare):
            if len(node.ops) != 1 or type(node.ops[0]) not in COMPARISONS:
                self._refuse()
            self._collect(node.left)
            self._collect(node.comparators[0])
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            arity = {"raw4": 1, "text": 1, "fits": 2}.get(node.func.id)
            if arity != len(node.args) or node.keywords:
                self._refuse()
            if node.func.id in ("raw4", "text"):
                if not isinstance(node.args[0], ast.Constant):
                    self._refuse()
                (self.raw if node.func.id == "raw4" else self.texts).add(node.args[0].value)
            for argument in node.args:
                self._collect(argument)
        else:
            self._refuse()

    def c(self, resolve):
        """C text; resolve(name) gives the C text of a name."""
        return self._c(self.tree, resolve)

    def _c(self, node, resolve):
        if isinstance(node, ast.Name):
            return resolve(node.id)
        if isinstance(node, ast.Constant):
            return f"INT64_C({node.value})"
        if isinstance(node, ast.BinOp):
            return f"({self._c(node.left, resolve)} {OPERATORS[type(node.op)]} {self._c(node.right, resolve)})"
        if isinstance(node, ast.BoolOp):
            glue = " && " if isinstance(node.op, ast.And) else " || "
            return "(" + glue.join(self._c(value, resolve) for value in node.values) + ")"
        if isinstance(node, ast.UnaryOp):
            return f"!({self._c(node.operand, resolve)})"
        if isinstance(node, ast.Compare):
            operator = COMPARISONS[type(node.ops[0])]
            return f"({self._c(node.left, resolve)} {operator} {self._c(node.comparators[0], resolve)})"
        if node.func.id in ("raw4", "text"):
            return resolve(f"{node.func.id}:{node.args[0].value}")
        return f"kiwi_fits({', '.join(self._c(argument, resolve) for argument in node.args)})"
