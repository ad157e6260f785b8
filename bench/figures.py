"""Figures as people and programs read them: quantiles, a table, JSON lines."""

import json
import math
import os
import platform
import statistics
from collections.abc import Mapping, Sequence

Line = Mapping[str, object]


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest of `values` that at least `share` of them do not exceed."""
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)]


def lateness(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p99 and max, in seconds."""
    return {
        "p50": round(quantile(seconds, 0.50), 3),
        "p99": round(quantile(seconds, 0.99), 3),
        "max": round(max(seconds), 3),
    }


def median(lines: Sequence[Line], column: str) -> float:
    """The median of one column."""
    return round(statistics.median(float(str(line[column])) for line in lines), 3)


def machine() -> str:
    """What this ran on."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"


def show(lines: Sequence[Line], columns: Sequence[str]) -> None:
    """Each line as JSON, then all of them as a table."""
    for line in lines:
        print(json.dumps(line), flush=True)
    rows = [list(columns), *([_cell(line.get(column)) for column in columns] for line in lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(columns))]
    print(f"\n{machine()}")
    for row in rows:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case float():
            return f"{value:.3f}"
        case int():
            return f"{value:,}"
        case _:
            return str(value)
