"""Every listener of some files, one after the other or side by side: a summary document each, and one of the whole.

A list is analysed in one process and its document written as soon as it is done, so that whoever ends the work loses at most
what is being worked on. With the same folder it goes on: documents whose key fits are read, all others made again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from core import cluster, engine, pipeline
from core.dataset import Dataset
from core.errors import EarprintError
from core.export import csv_of
from core.language import speak, spoken
from core.many import kept, told
from core.many.whole import One, Refused, Whole, one_of
from core.reading import Everyone

Progress = Callable[
    [int, int, int], None
]  # listeners done, listeners in all, of the done those that were there already


@dataclass(frozen=True)
class Settings:
    """What decides the figures beside the list itself. models and answers: as `pipeline.analyse` takes them."""

    models: tuple[str, ...] | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0


@dataclass(frozen=True)
class Outcome:
    """The whole, and how it came about. there: how many were done before. damaged, outdated: whose documents were made again."""

    whole: Whole
    there: int
    damaged: tuple[str, ...]
    outdated: tuple[str, ...]


def analyse_all(
    everyone: Everyone, folder: Path, settings: Settings | None = None, *, workers: int | None = None,
    progress: Progress | None = None,
) -> Outcome:  # fmt: skip
    """Write into `folder` a document for every listener, then `whole.json` and `whole.csv`.

    Whose list cannot be analysed is told in the whole and costs nobody else. Raises `EarprintError` where the folder cannot be
    written to.
    """
    settings = settings or Settings()
    kept.make_ready(folder)
    found: dict[str, One | Refused] = {}
    damaged, outdated, tasks, todo = [], [], [], []
    name = ""
    for listener, reading in everyone.readings():
        if reading.dataset is None:
            found[listener] = Refused(listener, " ".join(reading.faults))
            continue
        name = reading.dataset.name
        key = key_of(reading.dataset, settings)
        try:
            document = kept.read_document(folder, listener)
            if document is not None and document["key"] == key:
                found[listener] = one_of(listener, document)
                continue
            outdated += [listener] * (document is not None)
        except (kept.DamagedError, KeyError, TypeError, ValueError, AttributeError):
            damaged.append(listener)
        tasks.append((_work, (reading.dataset, settings, spoken())))
        todo.append((listener, key))
    there, before = sum(isinstance(one, One) for one in found.values()), len(found)

    def tell(_: str, done: int, __: int) -> None:
        if progress:
            progress(before + done, len(everyone.counts), there)

    def take(number: int, result: dict[str, Any] | str) -> None:
        """Written here, since a worker may be another machine with a disk of its own."""
        listener, key = todo[number]
        if isinstance(result, str):
            found[listener] = Refused(listener, result)
        else:
            kept.write_document(folder, listener, key, result)
            found[listener] = one_of(listener, result)

    engine.run(tasks, workers=workers, progress=tell, each=take)
    by_name = [found[listener] for listener in everyone.counts]
    whole = Whole(
        name, tuple(one for one in by_name if isinstance(one, One)),
        tuple(one for one in by_name if isinstance(one, Refused)), everyone.unnamed,
    )  # fmt: skip
    _write_whole(folder, whole, settings)
    return Outcome(whole, there, tuple(damaged), tuple(outdated))


def key_of(dataset: Dataset, settings: Settings) -> str:
    """What a document is the result of. Beside the data set's own key it holds what that leaves out on purpose: the file's order
    and the columns beside the sound, on which doubts and habits rest, and what the document says of the columns.
    """
    beside = dataset.context
    parts = [
        cluster.version(), pipeline.VERSION, spoken(), asdict(settings), dataset.key, dataset.listener, dataset.name,
        dataset.rating_column, dataset.group_column, repr(dataset.scale), [asdict(item) for item in dataset.dropped],
        dataset.file_order.tolist(), {str(column): beside[column].astype(str).tolist() for column in beside},
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _work(dataset: Dataset, settings: Settings, language: str) -> dict[str, Any] | str:
    """One listener's summary document, or the fault, in whichever process: what is said there is said in the language of who
    asked.
    """
    speak(language)
    try:
        found = pipeline.analyse(
            dataset, models=settings.models, answers=settings.answers, seed=settings.seed, workers=1
        )  # fmt: skip
    except EarprintError as error:
        return " ".join(error.faults)
    return pipeline.summary(found)


def _write_whole(folder: Path, whole: Whole, settings: Settings) -> None:
    file_of = {one.listener: kept.file_of(one.listener) for one in whole.ones}
    document = whole.document(file_of, asdict(settings), told.sentences(whole))
    kept.write(folder / "whole.json", kept.json_of(document))
    kept.write(folder / "whole.csv", csv_of(whole.table(file_of)))
