"""The glossary."""

from __future__ import annotations

import pytest

from core.language import speak
from core.words.glossary import TERMS, tip


@pytest.mark.parametrize("language", ["en", "nb"])
def test_every_word_is_found_in_a_sentence_that_holds_it(language: str) -> None:
    """Each technical word brings its meaning, in every language, wherever a sentence holds it; a word inside another does not."""
    from core.language import say

    speak(language)
    try:
        for word, meaning in TERMS:
            assert say(meaning) in tip(f"Here {say(word)} stands.")
            assert say(meaning) not in tip(f"Herex{say(word)} stands.")
    finally:
        speak("en")


def test_features_are_explained_and_plain_sentences_are_not() -> None:
    """A feature's name brings what it measures; a sentence of plain words brings nothing."""
    assert tip("More valence, lower.") == "- **Valence**: How cheerful the music sounds."
    assert tip("I read 300 rated tracks.") == ""
