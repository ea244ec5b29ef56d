"""Everything that the app says of a list, in one process: `python -m tests.bench.everything FILES`.

Prints how many models it fitted. That is what `python -m core analyse` does, and what each model used for every track (SHAP out
of fold, all rounds).
"""

from __future__ import annotations

import sys
from pathlib import Path

from core.folds import make_folds
from core.models import AVERAGE, BASELINE
from core.pipeline import analyse
from core.reading import read_paths


def main() -> None:
    """Analyse and explain with one worker, as the peers beside it have one."""
    dataset = read_paths([Path(name) for name in sys.argv[1:]])
    found = analyse(dataset, explained=True, workers=1)
    fitted = [name for name in found.evaluation.models if name not in {AVERAGE, BASELINE}]
    if set(found.explanations) != set(fitted):
        raise SystemExit("Some models are not explained.")
    sys.stdout.write(f"{len(fitted) * len(make_folds(dataset))}\n")


if __name__ == "__main__":
    main()
