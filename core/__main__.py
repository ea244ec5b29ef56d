"""The command line: `python -m core analyse FILE [FILE ...]`, which with `--listener COLUMN --out FOLDER` analyses everybody;
`report` and `card`, which write an analysis as a page and as a picture; `listen FILE-OR-FOLDER ... --out TABLE.csv`; and
`store backup FILE`.

Exit status 0 for an analysis, 2 for files or options that cannot be analysed, with every fault on standard error.
"""

from __future__ import annotations

import argparse
import contextvars
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core import text
from core.errors import EarprintError, SettingsError
from core.export import cleaned, csv_of, write_whole
from core.language import LANGUAGES, many, say, speak
from core.leaks import ANSWERS
from core.reading import ALL, ROLES, SCALES, Choices, Everyone, read_asked

if TYPE_CHECKING:
    from core.dataset import Dataset
    from core.pipeline import Analysis


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    options = _parser().parse_args(arguments)
    # in a context of its own: who calls this from a program keeps the language that they speak
    return contextvars.copy_context().run(_run, options)


def _run(options: argparse.Namespace) -> int:
    speak(options.language)
    try:
        options.work(options)
    except EarprintError as error:
        for fault in error.faults:
            print(f"- {fault}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core", description="What drives your taste in music?")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    analyse = commands.add_parser("analyse", help="analyse one or several files of rated tracks")
    _add_analysis(analyse)
    analyse.add_argument("--json", metavar="OUT", help="write the summary document; - for standard output")
    analyse.add_argument("--cleaned", metavar="OUT", type=Path, help="write the list as it was understood, as CSV")
    analyse.add_argument("--shap", metavar="OUT", type=Path, help="write what each model used for every track, as CSV: SHAP "
                         "values in rating points; about twice the work")  # fmt: skip
    analyse.add_argument("--report", metavar="OUT", type=Path, help="write one self-contained HTML page")
    analyse.add_argument("--out", metavar="FOLDER", type=Path, help="for all listeners: a summary document of each, and of the "
                         "whole; what is there already is not computed again")  # fmt: skip
    analyse.set_defaults(work=_analyse)
    page = commands.add_parser("report", help="analyse them, and write one HTML page that needs no network")
    _add_analysis(page)
    page.add_argument("--out", metavar="OUT", type=Path, default=Path("report.html"), help="default report.html")
    page.set_defaults(work=_report)
    picture = commands.add_parser(
        "card", help="analyse them, and draw the verdict as a picture to share (PNG, 1200 x 630)"
    )
    _add_analysis(picture)
    picture.add_argument("--out", metavar="OUT", type=Path, default=Path("card.png"), help="default card.png")
    picture.add_argument("--named", action="store_true", help="with the list's name on it")
    picture.set_defaults(work=_card)
    hear = commands.add_parser("listen", help="measure audio files: a table of features to which ratings can be added")
    hear.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="WAV, FLAC, OGG, MP3 or AIFF; or folders of them"
    )
    hear.add_argument("--out", metavar="OUT", type=Path, required=True, help="write the table, as CSV")
    hear.add_argument("--language", choices=LANGUAGES, default="en", help="of the sentences (default en)")
    hear.add_argument("--workers", type=int, default=None, metavar="N", help="processes (default: one per core)")
    hear.set_defaults(work=_listen)
    kept = commands.add_parser("store", help="what was collected: copy the database of EARPRINT_DATABASE")
    kept.add_argument("what", choices=("backup",), help="copy it whole, also while the app runs")
    kept.add_argument("file", type=Path, metavar="FILE", help="the copy, which must not be there yet")
    kept.add_argument("--language", choices=LANGUAGES, default="en", help="of the sentences (default en)")
    kept.set_defaults(work=_back_up)
    return parser


def _add_analysis(parser: argparse.ArgumentParser) -> None:
    """What every command takes that analyses files."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="CSV, JSON or XML files; several are joined"
    )
    _add_choices(parser.add_argument_group("what the columns mean, where I infer it wrongly"))
    parser.add_argument("--answer", metavar="CODE[:COLUMN]=ANSWER", action="append", default=[], type=_answer,
                        dest="answers", help=f"settle a doubt about the file: {', '.join(ANSWERS)}")  # fmt: skip
    parser.add_argument("--seed", type=_seed, default=0, metavar="N", help="of folds and models (default 0)")
    parser.add_argument("--quick", action="store_true", help="five models instead of all")
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="of the sentences (default en)")
    parser.add_argument("--workers", type=int, default=None, metavar="N", help="processes (default: one per core)")


def _add_choices(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--rating", metavar="COLUMN", help="the column with your ratings")
    group.add_argument("--scale", metavar="SCALE", choices=SCALES, help=f"of your ratings: {', '.join(SCALES)}")
    group.add_argument("--zero", choices=("rating", "unrated"), help="what a rating of 0 means")
    group.add_argument("--listener", metavar="[COLUMN=]NAME", help="whose ratings, where the file has several; a column that "
                       f"names listeners, or `{ALL}`, is everybody: each by themselves, into --out")  # fmt: skip
    group.add_argument("--source", metavar="NAME", help="whose features, where a column `features_from` names several")
    group.add_argument("--group", metavar="COLUMN", help="keep tracks with the same value in one fold: a column, or "
                       "artist, album or work, or none (default: artists and works that repeat)")  # fmt: skip
    group.add_argument("--feature", metavar="COLUMN", action="append", default=[], help="take this column too")
    group.add_argument("--as", metavar="COLUMN=ROLE", action="append", default=[], type=_role, dest="roles",
                       help=f"take a column as {', '.join(ROLES)}, or feature:NAME")  # fmt: skip
    group.add_argument("--as-written", metavar="COLUMN", action="append", default=[], help="convert no unit here")
    group.add_argument("--key", choices=("circle", "categories"), default="circle", help="how musical keys are coded")
    group.add_argument("--missing", choices=("fill", "leave-out"), default="fill", help="what to do without a feature")
    group.add_argument("--skip-faulty", action="store_true", help="leave out rows with cells that cannot be read")
    group.add_argument("--no-header", action="store_true", help="the first row is data")


def _role(given: str) -> tuple[str, str]:
    column, mark, role = given.rpartition("=")
    if not mark or role.partition(":")[0] not in ROLES:
        raise argparse.ArgumentTypeError(f"{given!r} is no COLUMN=ROLE with a role among {', '.join(ROLES)}")
    return column, role


def _answer(given: str) -> tuple[str, str]:
    doubt, mark, answer = given.rpartition("=")
    if not mark or answer not in ANSWERS:
        raise argparse.ArgumentTypeError(
            f"{given!r} is no CODE=ANSWER or CODE:COLUMN=ANSWER with an answer that I know"
        )
    return doubt, answer


def _choices(options: argparse.Namespace) -> Choices:
    return Choices(
        rating=options.rating, group=options.group, listener=options.listener, source=options.source, also=options.feature,
        roles=dict(options.roles), as_written=options.as_written, scale=options.scale, zero=options.zero,
        key=options.key, missing=options.missing, skip_faulty=options.skip_faulty,
        has_header=False if options.no_header else None,
    )  # fmt: skip


def _seed(given: str) -> int:
    """A whole number from 0 to 2**32 - 1, which is what the libraries take."""
    if not given.isdecimal() or int(given) >= 2**32:
        raise argparse.ArgumentTypeError(f"{given!r} is not a whole number from 0 to {2**32 - 1}")
    return int(given)


def _report(options: argparse.Namespace) -> None:
    from core.report import report

    _write(options.out, report(_analysis_of_one(options)))


def _card(options: argparse.Namespace) -> None:
    from core.report.card import card

    _write(options.out, card(_analysis_of_one(options), named=options.named))


def _analysis_of_one(options: argparse.Namespace) -> Analysis:
    """The analysis of the one list that a page or a picture is of."""
    _check_places([options.out])
    dataset = read_asked(options.files, _choices(options))
    if isinstance(dataset, Everyone):
        if len(dataset.counts) > 1:
            raise SettingsError([say("This is of one list: name the listener with `--listener NAME`.")])
        dataset = dataset.only()
    return _analysis(dataset, options)


def _analysis(dataset: Dataset, options: argparse.Namespace, *, explained: bool = False) -> Analysis:
    from core.models import QUICK
    from core.pipeline import analyse

    for note in dataset.notes if options.listener else ():
        print(f"- {note}", file=sys.stderr)
    return analyse(
        dataset, models=QUICK if options.quick else None, answers=dict(options.answers), seed=options.seed,
        explained=explained, workers=options.workers, progress=_progress,
    )  # fmt: skip


def _analyse(options: argparse.Namespace) -> None:
    from core.pipeline import shap_table, summary

    places = [Path(options.json)] if options.json and options.json != "-" else []
    _check_places([*places, *filter(None, (options.cleaned, options.report, options.shap))])
    start = time.perf_counter()
    dataset = read_asked(options.files, _choices(options))
    if isinstance(dataset, Everyone):
        if len(dataset.counts) > 1 or options.out:
            _analyse_everyone(dataset, options)
            return
        dataset = dataset.only()
    if options.out:
        raise SettingsError([say(
            "`--out` is for the summaries of all listeners: choose them with `--listener COLUMN` or `--listener all`. "
            "For one list there is `--json`."
        )])  # fmt: skip
    reading = time.perf_counter() - start
    if options.cleaned:
        _write(options.cleaned, csv_of(cleaned(dataset)))
    found = _analysis(dataset, options, explained=bool(options.shap))
    document = summary(found)
    document["seconds"] = {"read": round(reading, 3), **document["seconds"]}
    if options.report:
        from core.report import report

        _write(options.report, report(found))
    if options.shap:
        _write(options.shap, csv_of(shap_table(found)))
    written = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if options.json == "-":
        sys.stdout.write(written)
        return
    if options.json:
        _write(Path(options.json), written)
    _print(document)


def _analyse_everyone(everyone: Everyone, options: argparse.Namespace) -> None:
    """A document for every listener, and what they say together; nobody's fault costs anybody else."""
    from core.many import Settings, analyse_all, told
    from core.models import QUICK

    if not options.out:
        raise SettingsError([many(
            len(everyone.counts),
            "`--listener {choice}` is {number} listener, whose summary needs a folder: name it with `--out FOLDER`.",
            "`--listener {choice}` is all {number} listeners, whose summaries need a folder: name it with `--out FOLDER`. For "
            "one of them write `--listener NAME`.",
            choice=text.shorten(options.listener),
        )])  # fmt: skip
    if options.json or options.report or options.cleaned or options.shap:
        raise SettingsError(
            [say("`--json`, `--report`, `--cleaned` and `--shap` are of one list; all listeners go to `--out`.")]
        )
    settings = Settings(QUICK if options.quick else None, dict(options.answers), options.seed)
    outcome = analyse_all(everyone, options.out, settings, workers=options.workers, progress=_listeners_done)
    for sentence in (*told.renewed(outcome.damaged, outcome.outdated), *told.faults(outcome.whole)):
        print(f"- {sentence}", file=sys.stderr)
    if not outcome.whole.ones:
        raise EarprintError([say("None of the listeners can be analysed.")])
    print("\n".join(told.sentences(outcome.whole)), end="\n\n")
    for line in told.lines(outcome.whole):
        print(f"- {line}")


def _listeners_done(done: int, total: int, there: int) -> None:
    """As `_progress`; elsewhere than on a terminal some twenty lines in all, since many listeners take hours."""
    from core.many import told

    if sys.stderr.isatty():
        print(f"\r{told.progress(done, total, there)}", end="\n" if done == total else "", file=sys.stderr, flush=True)
    elif done in (there, total) or done % max(1, total // 20) == 0:
        print(told.progress(done, total, there), file=sys.stderr, flush=True)


def _listen(options: argparse.Namespace) -> None:
    """Every audio file named, and those of every folder named; what cannot be heard is told, and costs no other."""
    from core.audio import SUFFIXES, Audio, listen_all

    if not options.out.parent.is_dir():
        raise EarprintError([say("I cannot write `{path}`: there is no such folder.", path=options.out)])
    inside = [
        path for folder in options.files if folder.is_dir() for path in sorted(folder.rglob("*"))
        if path.suffix[1:].casefold() in SUFFIXES
    ]  # fmt: skip
    files = [*(path for path in options.files if not path.is_dir()), *inside]
    found = listen_all([Audio(path.name, path) for path in files], workers=options.workers, progress=_files_done)
    if not found.heard:
        raise EarprintError(found.faults or [say("There is no audio file that I can hear.")])
    for fault in found.faults:
        print(f"- {fault}", file=sys.stderr)
    _write(options.out, csv_of(found.table()))
    print(many(len(found.heard), "I heard {number} track.", "I heard {number} tracks."))


def _back_up(options: argparse.Namespace) -> None:
    from core.store import backup

    try:
        backup(options.file)
    except OSError as error:
        raise EarprintError([f"I cannot write `{options.file}` ({error.strerror}). Choose another place."]) from error
    print(say("All that was collected is in `{path}`.", path=options.file))


def _files_done(label: str, done: int, total: int) -> None:
    if done in (0, total) or sys.stderr.isatty():
        print(f"{label}: {done} / {total}", file=sys.stderr)


def _check_places(places: Sequence[Path]) -> None:
    """Say before the work, not after it, that a result has no place to go."""
    faults = [f"I cannot write `{path}`: there is no such folder." for path in places if not path.parent.is_dir()]
    if faults:
        raise EarprintError(faults)


def _write(path: Path, content: str | bytes) -> None:
    """All of it or nothing: where the disk is full, the file of before stays."""
    data = content.encode() if isinstance(content, str) else content
    try:
        if path.exists() and not path.is_file():  # a pipe, or a device, which no file may replace
            path.write_bytes(data)
        else:
            write_whole(path.resolve(), data)
    except OSError as error:
        raise EarprintError([f"I cannot write `{path}` ({error.strerror}). Choose another place."]) from error


def _progress(label: str, done: int, total: int) -> None:
    """One line on standard error, rewritten in place on a terminal, at the start and the end elsewhere."""
    if sys.stderr.isatty():
        print(f"\r{label}: fold {done} of {total}", end="\n" if done == total else "", file=sys.stderr, flush=True)
    elif done in (0, total):
        print(f"{label}: fold {done} of {total}", file=sys.stderr)


def _print(document: dict[str, Any]) -> None:
    """The summary for a person: the sentence, the models, the strongest correlations."""
    print(document["verdict"]["sentence"], end="\n\n")
    likes = document["dataset"]["rating"]["levels"] == 2
    for doubt in document["findings"]:
        print(f"- {doubt['severity']}: {doubt['sentence']}")
    span = say("95 % range")
    last = say("AUC") if likes else f"{say('miss'):>5}  {say('order'):>5}"
    print(f"\n{say('model'):<20} {say('skill'):>6}  {span:>15}  {last:>5}")
    for row in document["models"]:
        order = row["auc"] if likes else row["spearman"]
        last = "" if order is None else text.number(order, 2)
        miss = "" if likes else f"{text.number(row['mae'], 2):>5}  "
        told = _range(row["skill_low"], row["skill_high"])
        print(f"{row['name']:<20} {text.number(row['skill'], 2):>6}  {told:>15}  {miss}{last:>5}")
    print(f"\n{say('goes together with the rating'):<30} {'rho':>6}  {span:>15}")
    for row in document["correlations"][:8]:
        if row["spearman"] is not None:
            print(f"{row['feature']:<30} {text.number(row['spearman'], 2):>6}  {_range(row['low'], row['high']):>15}")


def _range(low: float, high: float) -> str:
    return say("{low} to {high}", low=text.number(low, 2), high=text.number(high, 2))


if __name__ == "__main__":
    sys.exit(main())
