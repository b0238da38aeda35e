# SPDX-License-Identifier: MIT
"""Expressions of the schema: parsed with Python's own parser, checked, and printed as C."""

import ast
import re

from .model import SchemaError

COMPARISONS = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
OFFSETS = ("raw1", "raw4", "text")  # functions of an offset
LARGEST_INT = 2**31 - 1  # of C
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
        self.texts = set()
        self.bytes = set()  # offsets of text
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
            arity = {"raw1": 1, "raw4": 1, "text": 1, "fits": 2}.get(node.func.id)
            if arity != len(node.args) or node.keywords:
                self._refuse()
            if node.func.id in OFFSETS:
                if not isinstance(node.args[0], ast.Constant):
                    self._refuse()
                {"raw1": self.bytes, "raw4": self.raw, "text": self.texts}[node.func.id].add(node.args[0].value)
            for argument in node.args:
                self._collect(argument)
        else:
            self._refuse()

    def c(self, resolve, operand=False):
        """C text; resolve(name) gives the C text of a name. operand: it stands beside an operator that may bind tighter."""
        text, is_single = self._c(self.tree, resolve)
        return f"({text})" if operand and not is_single else text

    def _c(self, node, resolve):
        """C text, and whether it holds together without parentheses."""
        if isinstance(node, ast.Name):
            return resolve(node.id), True
        if isinstance(node, ast.Constant):
            return (str(node.value) if node.value <= LARGEST_INT else f"INT64_C({node.value})"), True
        if isinstance(node, ast.BinOp):
            return self._joined(f" {OPERATORS[type(node.op)]} ", (node.left, node.right), resolve), False
        if isinstance(node, ast.BoolOp):
            glue = " && " if isinstance(node.op, ast.And) else " || "
            return self._joined(glue, node.values, resolve, tighter=ast.Compare), False
        if isinstance(node, ast.UnaryOp):
            return f"!({self._c(node.operand, resolve)[0]})", True
        if isinstance(node, ast.Compare):
            return self._joined(f" {COMPARISONS[type(node.ops[0])]} ", (node.left, node.comparators[0]), resolve, tighter=ast.BinOp), False
        if node.func.id in OFFSETS:
            return resolve(f"{node.func.id}:{node.args[0].value}"), True
        return f"kiwi_fits({', '.join(self._c(argument, resolve)[0] for argument in node.args)})", True

    def _joined(self, glue, nodes, resolve, tighter=()):
        texts = []
        for node in nodes:
            text, is_single = self._c(node, resolve)
            texts.append(text if is_single or isinstance(node, tighter) else f"({text})")
        return glue.join(texts)
