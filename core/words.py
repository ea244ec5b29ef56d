"""Result -> plain sentence. The only place where findings become words and figures are rounded.

Voice: second person, present tense, short words; "goes together with", never more than the data carry. Plain
text: pages escape it (`core.text.markdown`) where a title or a column's name may be inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core import schema, text
from core.models import AVERAGE, BASELINE, CATALOGUE

if TYPE_CHECKING:
    from core.biases import ScaleUse
    from core.correlate import Correlations, Pair
    from core.dataset import Dataset
    from core.evaluate import Evaluation
    from core.explain.out_of_fold import Explanation

TOO_GOOD = 0.60
FAINT = 0.10


def label(model: str) -> str:
    """The catalogue's name of a model for people."""
    return CATALOGUE[model].label


def feature_label(name: str) -> str:
    """The catalogue's name of a feature for people; `rating` is theirs."""
    return "Your rating" if name == "rating" else schema.describe(name).label


def headline_model(evaluation: Evaluation) -> str:
    """The model that speaks for all: the average fixed in advance, since the best of several is flattered."""
    if AVERAGE in evaluation.models:
        return AVERAGE
    return next((name for name in evaluation.models if name != BASELINE), BASELINE)


# --- Data ---------------------------------------------------------------------------------------------------


def read_headline(dataset: Dataset) -> str:
    """What was read, in one line."""
    features = text.count(len(dataset.feature_names), "audio feature")
    return f"I read {text.count(dataset.tracks, 'rated track')} with {features}."


def read_details(dataset: Dataset) -> list[str]:
    """How it was read: joins, rows left out, columns set aside, missing values."""
    lines = list(dataset.notes)
    if dataset.unrated:
        lines.append(f"{text.count(dataset.unrated, 'row')} without a rating stayed out.")
    missing = int(dataset.features.isna().to_numpy().sum())
    if missing:
        lines.append(
            f"{text.count(missing, 'value')} {'is' if missing == 1 else 'are'} missing in the features. Each model fills "
            "them with the median of the tracks that it learns from."
        )
    if dataset.tracks < 50:
        lines.append("Below 50 ratings most true links stay hidden. Read everything here as a first guess.")
    return lines


# --- Ratings ------------------------------------------------------------------------------------------------


def ratings_headline(use: ScaleUse) -> str:
    """How the scale is used, in one line."""
    return f"Half of your ratings lie between {text.plain_number(use.quarter_low)} and {text.plain_number(use.quarter_high)}."


def ratings_sentence(use: ScaleUse) -> str:
    """Mean, spread and steps with their intervals."""
    return (
        f"Your {use.tracks:,} ratings use {text.count(use.levels, 'different value')}. Their average is "
        f"{text.number(use.mean)} ({text.number(use.mean_low)} to {text.number(use.mean_high)}) and they typically lie "
        f"{text.number(use.sd)} points from it ({text.number(use.sd_low)} to {text.number(use.sd_high)})."
    )


# --- Features -----------------------------------------------------------------------------------------------


def rating_links_headline(found: Correlations) -> str:
    """How many features go together with the rating beyond what many looks would find by luck."""
    sure = found.with_rating[found.with_rating["q"] <= 0.05]
    if sure.empty:
        return "No single feature goes together with your ratings more than luck allows."
    top = sure.iloc[0]
    others = len(sure) - 1
    more = "" if others == 0 else f", and {text.count(others, 'other feature')} more weakly"
    way = "higher" if top["spearman"] > 0 else "lower"
    return f"More {_in_sentence(str(top['feature']))} goes together with {way} ratings{more}."


def rating_links_sentence(found: Correlations) -> str:
    """The strongest link with its interval, and what the comparison counts."""
    top = found.with_rating.iloc[0]
    if np.isnan(top["spearman"]):
        return "No correlation can be computed: the features do not vary."
    return (
        f"The strongest rank correlation is {feature_label(str(top['feature']))}: {text.number(top['spearman'], 2)} "
        f"({text.number(top['low'], 2)} to {text.number(top['high'], 2)}, {int(top['n']):,} tracks). "
        f"{text.count(len(found.with_rating), 'feature was', 'features were')} looked at; coloured are those that stay "
        "beyond luck after counting all looks (at most 5 % of them false on average)."
    )


def pair_sentence(pair: Pair, tracks: int) -> str:
    """Whether two columns go together, in one sentence for any pair."""
    names = f"{feature_label(pair.first)} and {feature_label(pair.second)}"
    if np.isnan(pair.spearman):
        return f"{names}: too few tracks have both, or one of them is the same everywhere."
    numbers = (
        f"rank correlation {text.number(pair.spearman, 2)}, {text.number(pair.low, 2)} to {text.number(pair.high, 2)}, "
        f"{len(pair.rows):,} of {tracks:,} tracks"
    )
    if pair.low <= 0 <= pair.high:
        return f"{names}: I cannot tell whether they go together ({numbers})."
    way = "rise together" if pair.spearman > 0 else "go opposite ways"
    return f"{names} {way} in this list ({numbers})."


# --- Models -------------------------------------------------------------------------------------------------


def models_headline(evaluation: Evaluation) -> str:
    """Can the taste be predicted, in one line."""
    row = evaluation.row(headline_model(evaluation))
    if not row["skill_low"] > 0:
        return "I cannot tell your ratings from guessing."
    if row["skill"] > TOO_GOOD:
        return "This looks too good."
    if row["skill"] < FAINT:
        return "There is probably something here, too faint to say what."
    return f"Sound tells about {text.percent(row['skill'])} of how you rate."


def models_sentence(evaluation: Evaluation, tracks: int) -> str:
    """The headline's figures with their interval and the error in rating points."""
    name = headline_model(evaluation)
    row = evaluation.row(name)
    who = "the average of four models" if name == AVERAGE else f"the model {label(name)}"
    figure = f"{text.percent(row['skill'])} ({percent_range(row['skill_low'], row['skill_high'])})"
    error = (
        f"Its typical miss is {text.number(row['mae'])} rating points ({text.number(row['mae_low'])} to "
        f"{text.number(row['mae_high'])}); always guessing your average misses by {text.number(row['mae_baseline'])}."
    )
    if not row["skill_low"] > 0:
        return (
            f"With {tracks:,} ratings, {who} does no better on tracks that it has not seen than always guessing your "
            f"average, as far as I can tell: skill {figure}, a range that holds zero. {error}"
        )
    explains = f"On tracks that it has not seen, {who} explains {figure} of the differences between your ratings."
    if row["skill"] > TOO_GOOD:
        return (
            f"{explains} Honest tastes stay below {text.percent(TOO_GOOD)}. Does a column among the features know your "
            "rating? Look at the Data page before you believe any of this."
        )
    return f"{explains} {error}"


def best_model_sentence(evaluation: Evaluation) -> str:
    """Which models lead, and whether that can be told."""
    rows = evaluation.leaderboard[evaluation.leaderboard["model"] != BASELINE]
    if len(rows) < 2:
        return "One model beside the baseline: nothing to compare."
    best, second = rows.iloc[0], rows.iloc[1]
    within = rows[rows["skill"] >= best["skill_low"]]
    if len(within) == len(rows):
        return (
            f"{label(best['model'])} is on top, but the ranges overlap so much that I cannot tell which of the "
            f"{len(rows)} models is best."
        )
    return (
        f"{label(best['model'])} is on top, {label(second['model'])} next; {len(within)} of {len(rows)} models lie within "
        "the best one's range."
    )


def training_sentence(evaluation: Evaluation) -> str:
    """Why the figure on the tracks it learned from proves nothing."""
    rows = evaluation.leaderboard[evaluation.leaderboard["model"] != BASELINE]
    widest = rows.iloc[int(np.argmax(rows["train_skill"] - rows["skill"]))]
    return (
        f"{label(widest['model'])} reaches {text.percent(widest['train_skill'])} on the tracks that it learned from and "
        f"{text.percent(widest['skill'])} on the others. Only the second figure says something about you."
    )


def folds_sentence(evaluation: Evaluation) -> str:
    """How far single folds lie apart."""
    name = headline_model(evaluation)
    skills = evaluation.scores.loc[evaluation.scores["model"] == name, "skill"].to_numpy(float)
    low, high = np.nanmin(skills), np.nanmax(skills)
    return (
        f"In single folds, {label(name).lower()} came out anywhere from {text.percent(low)} to {text.percent(high)}. A tool "
        f"that splits once reports one of these; here all {len(skills)} count together."
    )


def predicted_sentence(evaluation: Evaluation, model: str) -> str:
    """A model's order and error, beside its picture."""
    row = evaluation.row(model)
    order = "order not defined" if np.isnan(row["spearman"]) else f"order {text.number(row['spearman'], 2)}"
    return f"{label(model)}: {text.percent(row['skill'])}, typical miss {text.number(row['mae'])}, {order}"


# --- Drivers ------------------------------------------------------------------------------------------------


def explanation_headline(explanation: Explanation, evaluation: Evaluation | None) -> str:
    """What the model used most, or that it found nothing to use."""
    name = "The average of four" if explanation.model == AVERAGE else label(explanation.model)
    if not _beats_guessing(explanation.model, evaluation):
        return f"{name} found nothing that holds up on new tracks."
    top = [feature_label(str(f)) for f in explanation.importance["feature"].head(3)]
    return f"{name} leans most on {text.listing(top)}."


def explanation_sentence(explanation: Explanation, evaluation: Evaluation | None) -> str:
    """What the bars mean, and what they do not."""
    top = explanation.importance.iloc[0]
    moves = (
        f"{feature_label(str(top['feature']))} moves its predictions by {text.number(top['importance'], 2)} rating points "
        f"on average ({text.number(top['low'], 2)} to {text.number(top['high'], 2)})."
    )
    if not _beats_guessing(explanation.model, evaluation):
        return (
            "Its predictions are no better than guessing as far as I can tell, so what follows is what the model picked "
            f"up, and may be noise. {moves}"
        )
    return (
        f"{moves} This describes the model. Features that sound alike share the credit at random, so it does not show "
        "which of them you hear."
    )


def bars_alternative(explanation: Explanation) -> str:
    """The bars' three largest, for those who cannot see them."""
    rows = explanation.importance.head(3)
    return text.listing([
        f"{feature_label(str(name))} {text.number(size, 2)}"
        for name, size in zip(rows["feature"], rows["importance"], strict=True)
    ])  # fmt: skip


def explanation_route(explanation: Explanation, tracks: int) -> str:
    """How the values were made: rounds, sample and exactness."""
    rounds = text.count(explanation.rounds, "round")
    who = f"all {tracks:,} tracks" if len(explanation.rows) == tracks else (
        f"a random sample of {len(explanation.rows):,} of {tracks:,} tracks"
    )  # fmt: skip
    how = "exact"
    if explanation.standard_error is not None:
        error = float(np.median(explanation.standard_error))
        how = f"sampled, with a typical error {'below 0.01' if error < 0.005 else f'of {text.number(error, 2)}'} points"
    return (
        f"SHAP values of {who}, {how}, each from models that had not seen the track, over {rounds} of "
        "cross-validation. Together with the base they add up to the prediction."
    )


# --- Track --------------------------------------------------------------------------------------------------


def track_sentence(explanation: Explanation, row: int) -> str:
    """One track under one model: rating, expectation and the two strongest features."""
    at = int(np.searchsorted(explanation.rows, row))
    values = explanation.values[at]
    strongest = [j for j in np.argsort(-np.abs(values), kind="stable")[:2] if abs(values[j]) >= 0.005]
    parts = [
        f"{feature_label(explanation.features[j])} {'raises' if values[j] > 0 else 'lowers'} it by "
        f"{text.number(abs(values[j]), 2)}"
        for j in strongest
    ]
    moved = f" {text.listing(parts)}." if parts else " No feature moves it."
    return (
        f"{label(explanation.model)} expected {text.number(explanation.prediction[at])} without knowing your rating. It "
        f"starts from {text.number(explanation.base[at])}, the average of the tracks it knew.{moved}"
    )


def track_headline(dataset: Dataset, row: int, explanation: Explanation) -> str:
    """Rated against expected, in one line."""
    at = int(np.searchsorted(explanation.rows, row))
    gap = dataset.rating[row] - explanation.prediction[at]
    rated = f"You gave it {text.plain_number(dataset.rating[row])}"
    if abs(gap) < 0.5:
        return f"{rated}, about what its sound suggests."
    way = "more" if gap > 0 else "less"
    return f"{rated}, {text.number(abs(gap))} {way} than its sound suggests."


# --- Shared -------------------------------------------------------------------------------------------------

UNTESTED = (
    "The range says how far the figure would move with other tracks of the same kind. It is not a test against luck, "
    "and columns that give the rating away are not searched for beyond their names."
)
EXAMPLES = {"taste": "A listener with a taste", "no_taste": "A listener without one"}
HEATMAP = (
    "Teal: more of one, more of the other. Orange: more of one, less of the other. The columns stand in the order of the "
    "rows. Blocks are features that tell the same "
    "story; a model cannot know which of them you hear."
)
PREDICTED = "On the dashed line a track is rated as expected. Above it you gave less, below it you gave more."
BARS = (
    "The mean size of each feature's part in a prediction. The line shows how far a bar moves when other tracks are left "
    "out; it is not a test."
)
BEESWARM = "One dot per track and feature: to the right it raises the expectation, to the left it lowers it."


def method_sentence(dataset: Dataset) -> str:
    """What identifies the data that all figures belong to."""
    return (
        f"All of them are computed from {text.count(dataset.tracks, 'track')} and "
        f"{text.count(len(dataset.feature_names), 'feature')} with the data key {dataset.key[:12]} and seed 0; the same "
        "file gives the same figures, to the last digit, in whatever order its rows and columns come."
    )


def percent_range(low: float, high: float) -> str:
    """`10 to 38 %`."""
    return f"{text.number(100 * low, 0)} to {text.number(100 * high, 0)} %"


def _beats_guessing(model: str, evaluation: Evaluation | None) -> bool:
    return evaluation is not None and bool(evaluation.row(model)["skill_low"] > 0)


def _in_sentence(feature: str) -> str:
    """A feature's label in the middle of a sentence: lower case, except what has a name of its own."""
    name = feature_label(feature)
    return name if name.startswith(("Pitch ", "MFCC")) else name[0].lower() + name[1:]
