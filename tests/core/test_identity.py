"""Names that files give to artists, labels, titles and works."""

from __future__ import annotations

import csv
import json
import time
import unicodedata
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.identity import plain_artist, plain_id, plain_isrc, plain_title, split_artists, split_labels, work

# Text in which the patterns' own words and marks are frequent.
HOSTILE = st.lists(
    st.sampled_from(
        "feat. ft featuring live remix version ( ) [ ] - – \" ' ´ & , ; \\, the The x 6 2011 - Remastered 2011 from "
        "deluxe explicit Op. No. BWV 988 K. Hob. XVI: RV Beethoven é ß ﬁ \u0301 \u0316 \u200d".split(" ")
    )
    | st.text(max_size=3),
    max_size=12,
).map(" ".join) | st.text(max_size=30)
NAMES = st.lists(
    st.text("ABab ,&.'é日", min_size=1, max_size=8).map(lambda name: " ".join(name.split())).filter(bool),
    min_size=1, max_size=4, unique_by=str.casefold,
)  # fmt: skip


@pytest.mark.parametrize(
    ("column", "artists"),
    [
        (["A;B", "C; D ;", "Tyler, The Creator"], [("A", "B"), ("C", "D"), ("Tyler, The Creator",)]),
        (["Tyler\\, The Creator, A$AP Rocky", "Drake, Future"], [("Tyler, The Creator", "A$AP Rocky"), ("Drake", "Future")]),
        (["['A', \"B's\"]", "[]", "['O\\'Neal']", '["A", "B"]'], [("A", "B's"), (), ("O'Neal",), ("A", "B")]),
        (["Drake, Future, drake", " ", ""], [("Drake", "Future"), (), ()]),
        (["Simon &amp; Garfunkel", "A, B"], [("Simon &amp; Garfunkel",), ("A", "B")]),
        (["Simon & Garfunkel", "Nick Cave and the Bad Seeds"], [("Simon & Garfunkel",), ("Nick Cave and the Bad Seeds",)]),
        (["Sammy Davis, Jr., Beck", "Beatles, The", "10,000 Maniacs"],
         [("Sammy Davis, Jr.", "Beck"), ("Beatles, The",), ("10,000 Maniacs",)]),
        (["Drake feat. Rihanna", "A (ft. B & C)", "D featuring E", "F feat G"],
         [("Drake", "Rihanna"), ("A", "B & C"), ("D", "E"), ("F", "G")]),
        (["Little Feat", "Little Feat & Friends", "A with B"], [("Little Feat",), ("Little Feat & Friends",), ("A with B",)]),
    ],
)  # fmt: skip
def test_artists_are_split_as_exporters_join_them(column: list[str], artists: list[tuple[str, ...]]) -> None:
    """Semicolons, escaped commas, bare commas, written lists and guests give the names that were joined."""
    assert split_artists(column) == artists


@pytest.mark.parametrize(
    ("cell", "whole", "evidence"),
    [
        ("Tyler, The Creator", "Kali Uchis, Tyler, The Creator", "The Creator"),
        ("Drake, The Weeknd", "Somebody Else", "The Weeknd"),
        ("Earth, Wind & Fire", "Fire", "Earth"),
        ("Crosby, Stills, Nash & Young", "Crosby, Stills & Nash", "Stills"),
        ("Peter, Paul and Mary", "Ann", "Peter"),
        ("Chloe x Halle", "Ann", "Halle"),
    ],
)
def test_names_stay_together_until_a_half_stands_alone(cell: str, whole: str, evidence: str) -> None:
    """A comma or an x divides where the column shows a part by itself, and only there."""
    assert split_artists([cell, whole])[0] == (cell,)
    assert len(split_artists([cell, whole, evidence])[0]) > 1


def test_a_duo_in_a_list_is_known_from_its_own_row() -> None:
    """`Drake, Simon & Garfunkel` are two artists once the duo stands alone."""
    assert split_artists(["Drake, Simon & Garfunkel", "Simon & Garfunkel"])[0] == ("Drake", "Simon & Garfunkel")


@given(st.lists(NAMES, min_size=1, max_size=5))
def test_joined_names_come_back(rows: list[list[str]]) -> None:
    """What an exporter joined by one of the three unambiguous ways is split into the same names."""
    names = [tuple(row) for row in rows]
    assert split_artists([*("; ".join(row) for row in rows), "A;B"])[:-1] == names
    escaped = [", ".join(name.replace(",", "\\,") for name in row) for row in rows]
    assert split_artists([*escaped, "A\\,B"])[:-1] == names
    assert split_artists([str(row) for row in rows]) == names


@given(st.lists(HOSTILE, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(column: list[str], random: Random) -> None:
    """A shuffled column gives each row the same artists, without blanks around them or duplicates."""
    order = list(range(len(column)))
    random.shuffle(order)
    artists = split_artists(column)
    assert split_artists([column[place] for place in order]) == [artists[place] for place in order]
    for row in artists:
        assert all(name and name == name.strip() for name in row)
        assert len({name.casefold() for name in row}) == len(row)


@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        ("pop, rock", ("pop", "rock")), ("pop;rock", ("pop", "rock")), ("pop|rock", ("pop", "rock")),
        ('["pop", "rock"]', ("pop", "rock")), ("['pop']", ("pop",)), ("[pop, r'n'b]", ("pop", "r'n'b")), ("[]", ()),
        (" ", ()), ("Pop, K-Pop, pop", ("Pop", "K-Pop")), ("singer, songwriter; folk", ("singer, songwriter", "folk")),
        ("['unclosed", ("['unclosed",)),
    ],
)  # fmt: skip
def test_labels(cell: str, labels: tuple[str, ...]) -> None:
    """List cells of every kind give their labels once, in order and in their spelling."""
    assert split_labels(cell) == labels


@given(st.lists(st.text("ab \",';é日[]", min_size=1).map(str.strip).filter(bool), unique_by=str.casefold))
def test_written_lists_come_back(labels: list[str]) -> None:
    """A list as JSON or Python writes it gives the same labels, whatever quotes and commas they hold."""
    assert split_labels(json.dumps(labels, ensure_ascii=False)) == tuple(labels)
    assert split_labels(str(labels)) == tuple(labels)


@pytest.mark.parametrize(
    "noted",
    [
        "Song (feat. X)", "Song [feat. X & Y]", "Song feat. X", "Song ft. X", "SONG featuring X", "Song - feat. X",
        "Song - Remastered 2011", "Song (2011 Remaster)", "Song - 2009 Digital Remaster", "Song - 2012 - Remaster",
        "Song - 2011 Remastered Version", "Song (Deluxe Edition)", "Song (Super Deluxe)", "Song [Explicit]",
        "Song (Bonus Track)", "Song (Album Version)", "Song - Single Version", "Song - Original Mix",
        'Song - From "Film"', 'Song (From "Film" / Soundtrack Version)', "Song (50th Anniversary Edition)",
        "[Explicit] Song (feat. X) - Remastered 2011", "Ｓｏｎｇ", "Söng", " song! ", "s\u200bong",
    ],
)  # fmt: skip
def test_notes_on_the_release_go(noted: str) -> None:
    """Guests, remasters, editions and films leave the title of the same recording."""
    assert plain_title(noted) == "song"


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Song (Live)", "song live"), ("Song - Live", "song live"), ("Song (X Remix)", "song x remix"),
        ("Song (Remix feat. Y)", "song remix"), ("Song (feat. Y) [X Remix]", "song x remix"),
        ("Song (feat. X Remix)", "song feat x remix"), ("Song ft. X (Live)", "song live"),
        ("Song - Acoustic", "song acoustic"), ("Song (Instrumental)", "song instrumental"), ("Song - Demo", "song demo"),
        ("Song, Pt. 2", "song pt 2"), ("Song - Radio Edit", "song radio edit"), ("Song (Karaoke)", "song karaoke"),
        ('Song (From "MTV Unplugged")', "song from mtv unplugged"), ("Suite: II. Air", "suite ii air"),
        ("Song (Remastered 2011 Live)", "song remastered 2011 live"),
        ("(I Can't Get No) Satisfaction", "i cant get no satisfaction"),
        ("Ft. Worth Blues", "ft worth blues"), ("6 Ft. Under", "6 ft under"), ("No Small Feat", "no small feat"),
        ("Explicit", "explicit"), ("[Explicit]", "explicit"), ("Remastered 2011", "remastered 2011"),
        ("Don’t", "dont"), ("Don´t", "dont"), ("Rock & Roll", "rock and roll"), ("Straße", "strasse"), ("", ""), (" ", ""),
        ("( )", "( )"), ("!!!", "!!!"), ("…", "..."), ("♥", "♥"), ("÷ (Deluxe)", "÷"), ("Θάλασσα", "θαλασσα"), ("Всё", "все"),
    ],
)  # fmt: skip
def test_plain_titles(title: str, plain: str) -> None:
    """What makes another recording stays, and so does a title that is nothing but a note or punctuation."""
    assert plain_title(title) == plain


@given(HOSTILE)
def test_plain_forms_are_plain(name: str) -> None:
    """A plain title or artist is its own plain form, and empty only for blanks."""
    for plain in (plain_title, plain_artist):
        assert plain(plain(name)) == plain(name)
        assert bool(plain(name)) == bool(name.strip())


@given(*[st.text("かがきぎ日月한글мийёї أاإشّهि़कखאבּ👍🏻🏿❤♥", max_size=6)] * 2)
def test_other_scripts_keep_their_marks(one: str, other: str) -> None:
    """Titles in scripts where marks carry meaning are equal only where Unicode calls them equivalent (and ё is е)."""
    same = [unicodedata.normalize("NFC", " ".join(title.split())).replace("ё", "е") for title in (one, other)]
    assert (plain_title(one) == plain_title(other)) == (same[0] == same[1])


@pytest.mark.parametrize(
    ("artist", "plain"),
    [
        ("The Beatles", "beatles"), ("THE  BEATLES", "beatles"), ("Beyoncé", "beyonce"), ("The The", "the"),
        ("Simon & Garfunkel", "simon and garfunkel"), ("Simon And Garfunkel", "simon and garfunkel"), ("!!!", "!!!"),
        ("AC/DC", "ac dc"), ("Therapy?", "therapy"), ("Guns N’ Roses", "guns n roses"), ("The", "the"), ("周杰倫", "周杰倫"),
        ("\u200b", "\u200b"), ("", ""),
    ],
)  # fmt: skip
def test_plain_artists(artist: str, plain: str) -> None:
    """Case, accents, punctuation, `&` and a leading `the` do not tell artists apart."""
    assert plain_artist(artist) == plain


@pytest.mark.parametrize(
    ("title", "composer", "label"),
    [
        ("Goldberg Variations, BWV 988: Variation 3 a 1 Clav.", "", "BWV 988"), ("BWV988", "", "BWV 988"),
        ("Clavier,bwv 846: Prelude", "", "BWV 846"), ("Cello Suite, BWV 1007/1", "", "BWV 1007"),
        ("Prelude, BWV 846a", "", "BWV 846a"), ("Menuet, BWV Anh. 114", "", "BWV Anh. 114"),
        ("Musette, BWV Anhang II 126", "", "BWV Anh. 126"), ("The Well-Tempered Clavier, BWV 846-869", "", "BWV 846-869"),
        ("Book 1, BWV 846–869: Prelude in D Major, BWV 850", "", "BWV 850"), ("Italian Concerto, BWV 971-3", "", "BWV 971"),
        ("Concerto, BWV 978 (from Vivaldi RV 310)", "", "BWV 978"), ("Spring, Op. 8 No. 1, RV 269", "Vivaldi", "RV 269"),
        ("Suite HWV 349", "", "HWV 349"), ("Ciacona, BuxWV 160", "", "BuxWV 160"), ("Concerto TWV 55: D1", "", "TWV 55:D1"),
        ("TWV 51:e1", "", "TWV 51:e1"), ("Sonata, Hob.XVI:52: I", "", "Hob. XVI:52"), ("Hob. XVI/52", "", "Hob. XVI:52"),
        ("Cello Concerto, Hob. VIIb:2", "", "Hob. VIIb:2"), ("Quartet, Op. 76 No. 3, Hob. III:77", "Haydn", "Hob. III:77"),
        ("Sonata No. 11, K. 331: III", "", "K 331"), ("Sonata, K331", "", "K 331"), ("KV 331", "", "K 331"),
        ("Köchel 331", "", "K 331"), ("Menuett K 2", "W. A. Mozart", "K 2"), ("Sonata, K. 141 / L. 422", "", "K 141"),
        ("Sonata, K. 141 / L. 422", "Domenico Scarlatti", "K 141 (Scarlatti)"), ("Scarlatti: L. 23", "", "L 23 (Scarlatti)"),
        ("Suite bergamasque, L. 75", "Claude Debussy", "L 75 (Debussy)"), ("Suite bergamasque, L. 75", "", ""),
        ("Sonata, D. 960", "Franz Schubert", "D 960"), ("Schubert: Sonata D 960", "", "D 960"), ("Sonata, D. 960", "", ""),
        ("Etude, S. 141 No. 3", "Liszt", "S 141"), ("Etude, S. 141", "", ""), ("Symphony, Wq. 183", "", "Wq 183"),
        ("Music for Strings, Sz. 106, BB 114", "", "Sz 106"), ("Music, BB 114", "Béla Bartók", "BB 114"),
        ("Sonata, Op. 27 No. 2: I. Adagio", "Ludwig van Beethoven", "Op. 27 No. 2 (Beethoven)"),
        ("Beethoven: Sonata, Op.27/2", "", "Op. 27 No. 2 (Beethoven)"), ("Sonata, Op. 27 No. 2", "", ""),
        ("Sonata opus 27, Nr. 2", "Beethoven, Ludwig van", "Op. 27 No. 2 (Beethoven)"),
        ("Études, Op. 10: No. 3", "Chopin; Pollini", "Op. 10 No. 3 (Chopin)"),
        ("Quintet, Op. 34: I.", "Brahms", "Op. 34 (Brahms)"),
        ("Sonata op. 3 n° 4", "Ferdinand Ries", "Op. 3 No. 4 (Ries)"), ("Fantaisie, Op. posth. 66", "Chopin", "Op. 66 (Chopin)"),
        ("Dvořák: Op. 46", "Glenn Gould", "Op. 46 (Dvorak)"), ("Für Elise, WoO 59", "Beethoven", "WoO 59 (Beethoven)"),
        ("Variations on a Theme of Paganini, Op. 35: Var. 1", "", ""), ("Für Elise, WoO 59", "", ""), ("Op. 1", "-", ""),
    ],
)  # fmt: skip
def test_works(title: str, composer: str, label: str) -> None:
    """A catalogue number in any of its spellings gives one label; an opus number only with its composer."""
    assert work(title, composer) == label


@pytest.mark.parametrize(
    "title",
    ["Opus", "Op", "D12", "D 12", "K-9", "K2", "K. 9", "No. 5", "Mambo No. 5", "RV", "RV 4", "S&M", "S 1", "L.A.", "L 7", "BB-8",
     "BB 8", "B 52", "WoO", "Opus 40", "Op. 1", "BWV", "KV", "Hob", "Hobo 7", "Special K", "1999", "K 2000", "SOP 12", ""],
)  # fmt: skip
def test_pop_titles_name_no_work(title: str) -> None:
    """Letters and figures that happen to look like a catalogue give nothing."""
    assert work(title) == ""


@given(st.integers(1, 1128), HOSTILE)
def test_the_first_number_names_the_work(number: int, movement: str) -> None:
    """Whatever a movement is called, its work stays the same."""
    assert work(f"Suite, BWV {number}: {movement}") == f"BWV {number}"


def test_the_bach_study_has_its_works(bach_files: list[Path]) -> None:
    """100 rows carry 64 labels, one of them none (2 rows); 14 rows are Goldberg variations."""
    with bach_files[1].open(encoding="utf-8") as file:
        works = Counter(work(row["track_name"]) for row in csv.DictReader(file))
    assert works.total() == 100
    assert len(works) == 64
    assert works["BWV 988"] == 14
    assert works[""] == 2


@given(HOSTILE, HOSTILE)
def test_every_text_is_taken(one: str, other: str) -> None:
    """No text makes a function raise, and a label of a work is short."""
    assert len(work(one, other)) < 80
    assert all(split_labels(one))
    assert len(split_artists([one, other])) == 2
    assert plain_id(one) == plain_id(plain_id(one))
    assert plain_isrc(one) == plain_isrc(plain_isrc(one))


@pytest.mark.parametrize(
    "piece",
    ["a", "(", "' ", "\\'", "['", "[,", ", ", "a, the, ", "\\, ", ";", "&#", "\u0301\u0316", "\ufdfa", " x ", " - ", " feat x",
     "(feat. a", "BWV ", "Op. 1 ", "1", "9-", " ", "The a, The b, "],
)  # fmt: skip
def test_long_texts_take_no_time(piece: str) -> None:
    """100,000 characters of any pattern's own stuff are soon read; a pattern that backtracks would take minutes."""
    text = (piece * 100_000)[:100_000]
    for take in (plain_title, plain_artist, work, split_labels, lambda cell: split_labels(f"['{cell}]"),
                 lambda cell: work("Op. 1", cell), lambda cell: split_artists([f"{cell} b & c"])):  # fmt: skip
        start = time.process_time()
        take(text)
        assert time.process_time() - start < 1


def test_long_titles_differ_to_the_last_letter() -> None:
    """Beyond 500 characters nothing is cut off: only case and blanks are levelled."""
    assert plain_title("A " * 400 + "b") == plain_title("a  " * 400 + "B") != plain_title("a " * 400 + "c")


@pytest.mark.parametrize(
    "cell", ["6rqhFgbbKwnb9MLmUQDhG6", "spotify:track:6rqhFgbbKwnb9MLmUQDhG6",
             "https://open.spotify.com/intl-de/track/6rqhFgbbKwnb9MLmUQDhG6?si=1"],
)  # fmt: skip
def test_ids(cell: str) -> None:
    """An id, its URI and its address are one; an ISRC is one with and without dashes."""
    assert plain_id(cell) == "6rqhFgbbKwnb9MLmUQDhG6"
    assert plain_isrc("us-rc1 76-07839") == "USRC17607839"
