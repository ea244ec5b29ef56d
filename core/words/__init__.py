"""Result -> plain sentence. The only place where findings become words and figures are rounded.

Voice: second person, present tense, short words; "goes together with", never more than the data carry. Plain
text: pages escape it (`core.text.rich`), since a title or a column's name may be inside.
"""

from core.words.comparison import (
    best_model_sentence,
    folds_sentence,
    models_headline,
    models_sentence,
    predicted_legend,
    predicted_sentence,
    told_apart,
    training_sentence,
)
from core.words.explaining import (
    bars_alternative,
    explanation_headline,
    explanation_route,
    explanation_sentence,
    track_headline,
    track_sentence,
)
from core.words.fixed import BARS, BEESWARM, EXAMPLES, HEATMAP, SIMULATED, UNTESTED
from core.words.lists import (
    method_sentence,
    pair_sentence,
    rating_links_headline,
    rating_links_sentence,
    ratings_headline,
    ratings_sentence,
    read_details,
    read_headline,
)
from core.words.naming import (
    answers,
    beats_guessing,
    feature_label,
    higher,
    label,
    rated,
    share,
)
from core.words.reading import formats_sentence, groups_sentence, join_headline, waiting_sentence, zero_question

__all__ = [
    "BARS",
    "BEESWARM",
    "EXAMPLES",
    "HEATMAP",
    "SIMULATED",
    "UNTESTED",
    "answers",
    "bars_alternative",
    "beats_guessing",
    "best_model_sentence",
    "explanation_headline",
    "explanation_route",
    "explanation_sentence",
    "feature_label",
    "folds_sentence",
    "formats_sentence",
    "groups_sentence",
    "higher",
    "join_headline",
    "label",
    "method_sentence",
    "models_headline",
    "models_sentence",
    "pair_sentence",
    "predicted_legend",
    "predicted_sentence",
    "rated",
    "rating_links_headline",
    "rating_links_sentence",
    "ratings_headline",
    "ratings_sentence",
    "read_details",
    "read_headline",
    "share",
    "told_apart",
    "track_headline",
    "track_sentence",
    "training_sentence",
    "waiting_sentence",
    "zero_question",
]
