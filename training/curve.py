"""Draw the log of a training: `python -m training.curve FOLDER` writes `curve.png` beside it."""

import json
import sys
from pathlib import Path

FIGURES = {
    "f1": "F1 of the span",
    "auroc": "AUROC, all near misses",
    "auroc_human": "AUROC, people's own near misses",
    "claims": "accuracy, people's claims",
    "made_claims": "balanced accuracy, made claims",
}


def draw(folder: Path) -> Path:
    """A plot of the figures on what is held out over the examples seen."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    measured = [line for line in lines if "f1" in line]
    figure, axes = pyplot.subplots(figsize=(7, 4), layout="constrained")
    for name, label in FIGURES.items():
        axes.plot([line["seen"] / 1000 for line in measured], [line[name] for line in measured], label=label)
    axes.set_xlabel("examples seen, thousand")
    axes.set_ylim(0.4, 1)
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small")
    figure.savefig(folder / "curve.png", dpi=120)
    return folder / "curve.png"


if __name__ == "__main__":
    print(draw(Path(sys.argv[1])))
