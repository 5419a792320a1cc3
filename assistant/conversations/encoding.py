"""Values as JSON and back, exactly: every field, every character, also those that no encoding can write."""

from __future__ import annotations

import dataclasses
import json
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

Value = TypeVar("Value")
SEVERAL = (tuple, list)


def encode(value: object) -> str:
    """A dataclass of `assistant.types` or of this package as JSON, in ASCII.

    Raises:
        TypeError: ``value`` is no dataclass.
    """
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        raise TypeError(f"{value!r} is no dataclass")
    return json.dumps(dataclasses.asdict(value), separators=(",", ":"))


def decode(kind: type[Value], text: str) -> Value:
    """The value of dataclass ``kind`` that `encode` made ``text`` of; fields it lacks get their defaults.

    Raises:
        ValueError: the text is not such a value.
    """
    return from_plain(kind, json.loads(text))


def from_plain(kind: type[Value], plain: object) -> Value:
    """The value of ``kind``, a dataclass or a list of such, that was made plain for JSON; see `decode`.

    Raises:
        ValueError: it is not such a value.
    """
    decoded: Value = _read(kind, plain)
    return decoded


def _read(kind: Any, plain: Any) -> Any:
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _read_fields(kind, plain)
    origin, parts = get_origin(kind), get_args(kind)
    if origin is UnionType:
        [other] = [part for part in parts if part is not NoneType]
        return _read(NoneType if plain is None else other, plain)
    if origin in SEVERAL and isinstance(plain, list):
        return origin(_read_items(parts, plain))
    if plain in parts if origin is Literal else type(plain) is kind:
        return plain
    raise ValueError(f"{plain!r} is not of the kind {kind}")


def _read_items(kinds: tuple[Any, ...], plain: list[Any]) -> tuple[Any, ...]:
    if len(kinds) == 1 or kinds[-1] is Ellipsis:  # a list, or a tuple of any length
        kinds = kinds[:1] * len(plain)
    return tuple(_read(kind, item) for kind, item in zip(kinds, plain, strict=True))


def _read_fields(kind: type, plain: Any) -> Any:
    kinds = _kinds_of(kind)
    if not isinstance(plain, dict) or not plain.keys() <= kinds.keys():
        raise ValueError(f"{plain!r} is no {kind.__name__}")
    try:
        return kind(**{name: _read(kinds[name], item) for name, item in plain.items()})
    except TypeError as error:  # a field without a default is missing
        raise ValueError(f"{plain!r} is no {kind.__name__}: {error}") from error


@cache
def _kinds_of(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
