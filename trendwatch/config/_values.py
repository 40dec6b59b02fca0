"""How values are written in sources.yaml: durations, expectations, numbers, yes and no. All arrive as the text in the file."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from trendwatch.model import Expectation

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,3})?) ?([smhdw])")
_EXPECT = re.compile(r"(\d{1,6}) per (\d{1,3}) ?([dw])")
_WHOLE = re.compile(r"[+-]?(?:0|[1-9]\d{0,17})")
_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d{0,17})(?:\.\d{1,17})?")
_SIZE = re.compile(r"([1-9]\d{0,11}) ?(|KB|MB)")
_YES = frozenset(("true", "yes", "on"))
_NO = frozenset(("false", "no", "off"))


def wrong(message: str) -> PydanticCustomError:
    """A complaint in our own words."""
    return PydanticCustomError("ours", "{message}", {"message": message})


def shown(value: Any) -> str:
    """A value for a message: short, one line."""
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    return f'"{str(value)[:60]}"'


def seconds(value: Any) -> float:
    """Seconds of a duration: 21600.0 of "6h". Raises a complaint for anything else."""
    if isinstance(value, (int, float)):
        return float(value)
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        hint = f'; did you mean "{value}h" or "{value}d"?' if isinstance(value, str) and value.isdigit() else ""
        raise wrong(f"{shown(value)} is no duration such as 30m, 6h, 1d or 2w{hint}")
    return float(match[1]) * SECONDS[match[2]]


def duration(seconds: float) -> str:
    """Seconds as a duration in the largest unit that holds them whole: "6h" of 21600."""
    unit = next(u for u in "wdhms" if seconds >= SECONDS[u] and seconds % SECONDS[u] == 0)
    return f"{int(seconds // SECONDS[unit])}{unit}"


def _every(value: Any) -> int:
    found = int(seconds(value))
    if not 60 <= found <= 366 * 86400:  # noqa: PLR2004 - a minute to a year
        raise wrong(f"{shown(value)} is out of range; from 1m to 52w")
    return found


def _expect(value: Any) -> Expectation | None:
    if value is None or isinstance(value, Expectation):
        return value
    match = _EXPECT.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match or not int(match[2]):
        raise wrong(f'{shown(value)} is no expectation such as "3 per 7d" (items per days)')
    return Expectation(items=int(match[1]), days=int(match[2]) * (7 if match[3] == "w" else 1))


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        if not _WHOLE.fullmatch(value):
            bare = value.lstrip("0")
            hint = f"; did you mean {bare}?" if value.isdigit() and bare else ""
            raise wrong(f"{shown(value)} is no whole number{hint}")
        return int(value)
    return value


def _number(value: Any) -> Any:
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            raise wrong(f"{shown(value)} is no number")
        return float(value)
    return value


def _yes(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = value.lower() if isinstance(value, str) else ""
    if word not in _YES | _NO:
        raise wrong(f"{shown(value)} is neither true nor false")
    return word in _YES


def _size(value: Any) -> Any:
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if isinstance(value, str) and not match:
        raise wrong(f'{shown(value)} is no size such as "15 MB"')
    return int(match[1]) * {"": 1, "KB": 1024, "MB": 1024**2}[match[2]] if match else value


def listed(value: Any) -> Any:
    """One value as a list of one; an empty list may be written as nothing."""
    return [] if value is None else [value] if isinstance(value, str) else value


_DURATION_SCHEMA = {"type": "string", "pattern": r"^\d{1,6}(\.\d{1,3})? ?[smhdw]$", "examples": ["30m", "6h", "1d", "1w"]}
Every = Annotated[int, BeforeValidator(_every), WithJsonSchema(_DURATION_SCHEMA)]
Seconds = Annotated[float, BeforeValidator(seconds), Field(ge=0), WithJsonSchema(_DURATION_SCHEMA)]
Expect = Annotated[
    Expectation | None,
    BeforeValidator(_expect),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,6} per \d{1,3} ?[dw]$", "examples": ["3 per 7d"]}),
]
AsWhole, AsNumber, AsList = BeforeValidator(_whole), BeforeValidator(_number), BeforeValidator(listed)  # after constraints
Whole = Annotated[int, AsWhole]
Number = Annotated[float, AsNumber]
YesNo = Annotated[bool, BeforeValidator(_yes)]
Size = Annotated[
    int,
    BeforeValidator(_size),
    Field(ge=1024),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^[0-9]+ ?(KB|MB)?$"}]}),
]
Words = Annotated[
    tuple[str, ...],
    BeforeValidator(listed),
    WithJsonSchema({"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]}),
]
