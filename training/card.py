"""The card of a reader: what it was trained on, how long, and what it gets right; `card.md` with its figures."""

import json
from pathlib import Path
from typing import Any

TEMPLATE = Path(__file__).parent / "card.md"
FIGURES = ("f1", "auroc", "auroc_human", "claims", "made_claims")


def card(log: Path, before: int, size: int) -> str:
    """The card as Markdown, of a training's `log.jsonl`, the pairs of runs before it, and the graph's size in bytes."""
    lines: list[dict[str, Any]] = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    measured = [line for line in lines if "f1" in line]
    curve = [_row(f"{line['seen']:,}", *(f"{line[name]:.3f}" for name in FIGURES)) for line in measured]
    kinds = [_row(kind, f"{figure:.3f}") for kind, figure in measured[-1]["by_kind"].items()] if measured else []
    return TEMPLATE.read_text(encoding="utf-8").format(
        megabytes=f"{size / 1e6:.1f}",
        seen=lines[-1]["seen"],
        before=f", after {before:,} in runs whose reader it went on from" if before else "",
        curve="\n".join(curve),
        kinds="\n".join(kinds),
    )


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
