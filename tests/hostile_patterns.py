"""Every regular expression of the package, and strings that would make each slow if it could be made slow.

Nothing is listed by hand: what is compiled while all modules are imported is recorded, and what functions compile is
found in their code. The strings of a pattern are made of what it holds: its letters, classes, words and repeats.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import assistant

LENGTH = 2_000
MOST = 100
"""Of the strings of each kind, for the longest patterns."""
COMMON = (
    *(" ", "\n", "\t", "a", "A", "1", "-", ".", ",", "'", '"', "\u201c", "*", "_", "`", "[", "(", "<", "|", "#", "%"),
    *("a ", "A ", "1 ", "a-", "a.", "1.", "1,", "a\n", " \n", "a, ", "a's ", "](", "![a](", "<a ", "**", "**a", "A. "),
    *("A b ", "and ", "the ", "of the ", "January ", "1 million ", "\u0430", "\u4e00", "\u200b", "\\", "http://a "),
)
SPOILERS = ("", "\x00")
METHODS = ("finditer", "fullmatch")
"""The first looks wherever a search looks, and goes on; the second tries what no other does, to reach the end."""
_CALLS = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}


def patterns() -> dict[str, re.Pattern[Any]]:
    """Every pattern of the package, by where it stands: those of its modules and those within its functions."""
    found: dict[str, re.Pattern[Any]] = {}
    for module in _modules():
        seen: set[int] = set()
        for name, value in vars(module).items():
            if not name.startswith("__"):
                for pattern in _held(value, seen):
                    found.setdefault(f"{module.__name__}.{name}: {pattern.pattern!r:.60}", pattern)
        for line, pattern in _written(module):
            found.setdefault(f"{module.__name__}:{line}: {pattern.pattern!r:.60}", pattern)
    return dict(_each_once(found))


def _each_once(found: dict[str, re.Pattern[Any]]) -> Iterator[tuple[str, re.Pattern[Any]]]:
    known: set[tuple[Any, int]] = set()
    for where, pattern in found.items():
        if (pattern.pattern, pattern.flags) not in known:
            known.add((pattern.pattern, pattern.flags))
            yield where, pattern


def _modules() -> Iterator[ModuleType]:
    yield assistant
    for one in pkgutil.walk_packages(assistant.__path__, "assistant."):
        yield importlib.import_module(one.name)


def _held(value: Any, seen: set[int], depth: int = 0) -> Iterator[re.Pattern[Any]]:
    """The patterns in a value: itself, or in its items, fields, closure or class."""
    if isinstance(value, re.Pattern):
        yield value
    if isinstance(value, str | bytes | int | float | ModuleType) or id(value) in seen or depth > 8:
        return
    seen.add(id(value))
    inner: list[Any] = []
    if isinstance(value, dict):
        inner = [*value, *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        inner = list(value)
    elif str(getattr(value, "__module__", "") or type(value).__module__).startswith("assistant"):
        inner = list(getattr(value, "__dict__", {}).values())
        inner += [getattr(value, name, None) for name in getattr(type(value), "__slots__", ())]
        inner += [cell.cell_contents for cell in getattr(value, "__closure__", None) or ()]
        inner += [*(getattr(value, "__defaults__", None) or ()), getattr(value, "__wrapped__", None)]
    for one in inner:
        yield from _held(one, seen, depth + 1)


def _written(module: ModuleType) -> Iterator[tuple[int, re.Pattern[Any]]]:
    """What the code of a module gives to the functions of `re`; what it fills in only when it runs is a word here."""
    for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.module != "re", f"{module.__name__}: import re itself, so that its patterns are found"
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CALLS):
            continue
        if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "re" and node.args):
            continue
        first = _value(node.args[0], module)
        yield node.lineno, first if isinstance(first, re.Pattern) else re.compile(first, _flags(node, module))


def _value(node: ast.expr, module: ModuleType) -> Any:
    try:
        return eval(compile(ast.Expression(node), "pattern", "eval"), vars(module))
    except NameError:
        pass
    if isinstance(node, ast.JoinedStr):
        return "".join(str(_value(part, module)) for part in node.values)
    if isinstance(node, ast.BinOp):
        return str(_value(node.left, module)) + str(_value(node.right, module))
    return "word"


def _flags(call: ast.Call, module: ModuleType) -> int:
    assert isinstance(call.func, ast.Attribute)
    place = {"compile": 1, "sub": 4, "subn": 4, "split": 3}.get(call.func.attr, 2)
    given = [*call.args[place : place + 1], *(one.value for one in call.keywords if one.arg == "flags")]
    return int(_value(given[0], module)) if given else 0


def hostile(pattern: re.Pattern[Any]) -> list[Any]:
    """Strings of `LENGTH` characters, at least thirty, that make a pattern try all it can try in vain."""
    tree = re._parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)  # type: ignore[attr-defined]
    lead = _example(tree)
    found: dict[str, None] = {_filled("", pump, ""): None for pump in COMMON}
    for pump in islice(filter(None, dict.fromkeys(_pumps(tree))), MOST):
        found[_filled("", pump, "\x00")] = None
    for before, pump in islice(dict.fromkeys(_repeats(tree, "")), MOST):
        for spoiler in SPOILERS:
            found[_filled(before, pump, spoiler)] = None
    found[_filled("", lead[:-1], "")] = None
    if isinstance(pattern.pattern, bytes):
        return [one.encode("latin-1", "replace") for one in found]
    return list(found)


def _filled(before: str, pump: str, spoiler: str) -> str:
    room = max(0, LENGTH - len(before) - len(spoiler))
    return before[:LENGTH] + (pump * (room // max(1, len(pump)) + 1))[:room] + spoiler


def _pumps(tree: Iterable[Any]) -> Iterator[str]:
    """Every character that a pattern names or that stands for a class of it, and what its repeats and words match."""
    previous = ""
    for node in tree:
        one = _example([node])
        yield one
        yield previous + one
        if previous and one:
            yield one + previous
        for character in _characters(node):
            yield character
            yield previous + character
        previous = one or previous
        for inner in _inner(node):
            yield _example(inner)
            yield from _pumps(inner)


def _repeats(tree: Iterable[Any], before: str) -> Iterator[tuple[str, str]]:
    """What leads to each repeat of a pattern, and what it repeats."""
    for node in tree:
        operator, argument = str(node[0]), node[1]
        if operator in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            body = argument[2]
            yield before, _example(body)
            for character in dict.fromkeys(character for inner in body for character in _characters(inner)):
                yield before, character
        for inner in _inner(node):
            yield from _repeats(inner, before)
        before += _example([node])


def _inner(node: Any) -> list[Any]:
    operator, argument = str(node[0]), node[1]
    if operator in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return [argument[2]]
    if operator == "SUBPATTERN":
        return [argument[3]]
    if operator == "BRANCH":
        return list(argument[1])
    if operator in ("ASSERT", "ASSERT_NOT"):
        return [argument[1]]
    if operator == "ATOMIC_GROUP":
        return [argument]
    if operator == "GROUPREF_EXISTS":
        return [one for one in argument[1:] if one]
    return []


_CATEGORIES = {
    "CATEGORY_DIGIT": "1", "CATEGORY_WORD": "a1_", "CATEGORY_SPACE": " \n", "CATEGORY_NOT_SPACE": "a-",
    "CATEGORY_NOT_DIGIT": "a ", "CATEGORY_NOT_WORD": " -",
}  # fmt: skip


def _characters(node: Any) -> list[str]:
    """The characters that a node stands for, some of each class."""
    operator, argument = str(node[0]), node[1]
    if operator == "LITERAL":
        return [chr(argument)]
    if operator == "ANY":
        return ["x", " "]
    if operator == "NOT_LITERAL":
        return ["x" if argument != ord("x") else "y"]
    if operator != "IN":
        return []
    found: list[str] = []
    excluded: set[str] = set()
    negated = str(argument[0][0]) == "NEGATE"
    for kind, what in argument[negated:]:
        if str(kind) == "LITERAL":
            found.append(chr(what))
        elif str(kind) == "RANGE":
            found += [chr(what[0]), chr(what[1])]
            excluded |= {one for one in "ax1 -.~" if what[0] <= ord(one) <= what[1]}
        elif str(kind) == "CATEGORY":
            found += _CATEGORIES.get(str(what), "")
    if negated:
        excluded |= set(found)
        return [one for one in ("x", "a", " ", "1", "-", "~", ".") if one not in excluded][:3] or ["\u00e9"]
    return found[:12]


def _example(tree: Iterable[Any]) -> str:
    """A text that matches, or nearly."""
    text = ""
    for node in tree:
        operator, argument = str(node[0]), node[1]
        if operator in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            text += _example(argument[2]) * min(max(argument[0], 1), LENGTH)
        elif operator == "BRANCH":
            text += _example(argument[1][0])
        elif operator in ("SUBPATTERN", "ATOMIC_GROUP"):
            text += _example(_inner(node)[0])
        elif operator not in ("ASSERT", "ASSERT_NOT", "AT"):
            text += (_characters(node) or [""])[0]
    return text[:LENGTH]
