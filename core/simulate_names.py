"""Invented artists, albums, titles and release dates for the simulated music library.

A name is a template such as ``"{gerund} the {noun}"`` whose slots are filled from ``WORDS``. The words are
everyday ones and the surnames are made up; no list of real artists or titles was used, so a likeness to a
real one is chance. A few names carry commas, quotes, apostrophes, accents and brackets, because those in real
files do.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

IDENTITY = ("track_name", "artist_name", "album_name", "release_date")
LAST_YEAR = 2025
_TURNS = 100  # draws of a name that are all taken

_TEXT = {
    "adjective": (
        "Amber|Borrowed|Careful|Copper|Crooked|Distant|Electric|Endless|Faded|Foreign|Gentle|Golden|"
        "Hollow|Honest|Hungry|Idle|Invisible|Lavender|Little|Lonely|Lucky|Midnight|Neon|Northern|Open|"
        "Ordinary|Pale|Paper|Patient|Quiet|Restless|Rusty|Salted|Second-Hand|Secret|Silver|Sleepless|"
        "Slow|Strange|Sunday|Tender|Unfinished|Velvet|Wandering|Wild|Winter|Yellow"
    ),
    "noun": (
        "Avenue|Bonfire|Comet|Compass|Daydream|Ember|Engine|Feather|Garden|Ghost|Glacier|Harbour|"
        "Heartbeat|Horizon|Island|Kitchen|Ladder|Lantern|Letter|Lighthouse|Machine|Meadow|Mirror|Moon|"
        "Motel|Mountain|Ocean|Orchard|Parade|Pilot|Planet|Postcard|Radio|Railway|River|Rooftop|Sailor|"
        "Satellite|Shadow|Signal|Sparrow|Staircase|Stranger|Suitcase|Summer|Telephone|Thunder|Tide|Tower|"
        "Train|Valley|Voyage|Weather|Whisper|Window|Wolf"
    ),
    "plural": (
        "Airports|Apologies|Astronauts|Birthdays|Bridges|Clouds|Constellations|Corridors|Diamonds|"
        "Distances|Elephants|Fireflies|Fountains|Ghosts|Headlights|Hurricanes|Keys|Lanterns|Letters|"
        "Magnets|Maps|Matches|Mirrors|Neighbours|Oranges|Paper Boats|Photographs|Promises|Questions|"
        "Rivers|Satellites|Secrets|Shadows|Shipwrecks|Silences|Small Hours|Sparrows|Strangers|"
        "Streetlights|Telescopes|Tides|Umbrellas|Voices|Wildflowers|Wolves"
    ),
    "gerund": (
        "Counting|Chasing|Painting|Following|Folding|Naming|Leaving|Watching|Waiting for|Talking to|"
        "Dreaming of|Dancing with|Stealing|Losing|Remembering|Driving Past"
    ),
    "imperative": "Believe|Carry|Follow|Forget|Forgive|Leave|Remember|Trust|Wake",
    "present": "Answers|Breathes|Falls Asleep|Goes Quiet|Comes Home|Returns|Sings|Turns|Waits",
    "past": "Forgot|Knew|Left Behind|Promised|Remembers|Said|Saw|Taught Me",
    "number": "Two|Three|Five|Seven|Nine|Eleven|Sixteen|Forty|99|A Hundred|A Thousand|A Million",
    "name": (
        "Amara|Anouk|Clementine|Élodie|Esme|Florence|Henrik|Ines|June|Lucía|Marisol|Mateo|Noor|Odile|"
        "Rosalind|Ruben|Salome|Theo|Yuki|Zoë"
    ),
    "place": (
        "Galway|Gdańsk|Hamburg|Havana|Kyoto|Lisbon|Marseille|Montréal|Naples|Oslo|Ostend|Porto|Reykjavík|"
        "Tangier|Trieste|Tromsø|Valparaíso"
    ),
    "hour": "2 a.m.|4:15 a.m.|Noon|Midnight|Sunday Morning|Half Past Ten|Last Call",
    "month": "January|March|April|June|August|September|November|December",
    "whole": (
        "After You, the Rain|Bring a Coat|Call It Even|Canción para nadie|Close Enough, I Guess|"
        "Do You Still Swim?|Elsewhere, Elsewhere|Everyone I've Ever Been|Falling Upstairs|"
        "Fine by Me (Not Really)|Half a Spoon of Sugar|I Kept the Receipt|I Was Never in the Band|"
        "It's Later Than We Said|Just One More Stop|Kein Licht im Flur|La última estación|Long Way Round|"
        "Maybe, Baby, Not Today|Mostly Water|My Sister's Old Guitar|Næste stop|Nobody's Birthday|Not Yet|"
        'Oh, Well|On ne danse plus, Marie|Over & Out & Over|Same Coat, New Pockets|She Said "Soon"|'
        "Sorry I Missed the Sea|Speak Up!|Take the Stairs|Tell Me Where It Hurts (Then Tell Me Again)|"
        "That's Not How It Ends|The Dog Knows|This Could Be a Letter|Trop tard pour le train|Wait, What?|"
        'We Don\'t Talk About "The Boat"|You Had Me at Goodbye'
    ),
    "first": (
        "Ada|Agnès|Bastian|Bea|Björn|Callum|Chidi|Cosima|Dagny|Dario|Edda|Femi|Greta|Hana|Ignacio|Imani|"
        "Isolde|Jonah|Kaito|Leonie|Linus|Mábel|Mina|Nadia|Nils|Oona|Orla|Pilar|Priya|Quentin|Rafa|Rowan|"
        "Saskia|Søren|Talia|Tobias|Uma|Vera|Wendell|Xavi|Yara|Zoltan"
    ),
    "surname": (
        "Aldermoor|Arkwellin|Ashgrove-Nkemi|Balthorpe|Bellaqua|Brindlemark|Castellune|Corvaneza|"
        "Dovrestad|Dunmarrow|Eklindra|Farrowgate|Fennimarsh|Galdósin|Halvorane|Hollisund|Ikezawari|"
        "Jornvall|Kestenholm|Lindqvarn|Lorrimane|Marchetaine|Merrowick|Nakashiro-Bell|Nwokeanda|"
        "O'Ferragh|Okonjira|Ostravelle|Pellinore-Day|Quendry|Rasmundsen|Sandovarez|Sellamy|Solbergine|"
        "Tarkowell|Thistlemay|Ullerick|Vantorp|Verhoevel|Wexcombe|Yarrowby|Zielonka-Ray"
    ),
    "onset": "Avel|Brum|Cal|Drev|Elv|Fern|Hal|Ister|Kest|Lum|Mir|Nol|Ond|Pav|Quor|Sel|Tal|Ulv|Vel|Yst",
    "rhyme": "adora|amere|andri|ane|anto|este|essa|ia|illon|iska|oa|odrome|ombra|oria|une|uvia",
    "crew": (
        "Accountants|Acrobats|Apprentices|Astronomers|Aviators|Beekeepers|Bookbinders|Botanists|Cartographers|"
        "Clockmakers|Cousins|Daydreamers|Divers|Echoes|Finches|Fishwives|Gardeners|Glassblowers|Herons|Kites|"
        "Lamplighters|Latecomers|Librarians|Locksmiths|Meteorologists|Mudlarks|Neighbours|Otters|"
        "Night Nurses|Passengers|Piano Movers|Postmen|Sleepwalkers|Starlings|Stowaways|Swimmers|"
        "Tailors|Tightropes|Understudies|Umpires|Weavers|Weekenders|Window Cleaners"
    ),
    "troupe": (
        "Café Antarctique|Las Luciérnagas Tardías|Les Parapluies Oubliés|Los Faroles del Sur|Ñandú Radio|"
        "Quendry, Okonjira & Daughters|Vantorp, Vantorp & Lee|(The) Quiet Ones Upstairs"
    ),
}
WORDS = {slot: tuple(text.split("|")) for slot, text in _TEXT.items()}

# A template that stands twice is drawn twice as often.
TITLES = (
    "{adjective} {noun}", "{adjective} {noun}", "{adjective} {plural}", "{adjective} {plural}", "{noun}",
    "{noun}", "{plural}", "{whole}", "{whole}", "{whole}", "{whole}", "The {adjective} {noun}",
    "{gerund} {plural}", "{gerund} {plural}", "{gerund} the {noun}", "{name}", "Dear {name}",
    "{name}'s {noun}", "Slow Down, {name}", "{place} in {month}", "{place}, {hour}", "Goodnight, {place}",
    "Home by {month}", "Don't {imperative} the {noun}", "{imperative} the {noun}",
    "When the {noun} {present}", "If the {noun} {present}", "What the {noun} {past}", "{number} {plural}",
    "No More {plural}", "{noun} & {noun}", "Between the {plural}", "Under the {adjective} {noun}",
    "All My {plural}", "You, Me and the {noun}", "I'll Be Your {noun}", "I Can Hear the {noun}",
    "Made of {plural}", "{month} {noun}", "Somebody Else's {noun}", "Nothing but {plural}",
    "Where the {plural} Go", "{adjective} (for {name})", "{noun} (Part Two)",
    "{adjective} {noun} (Reprise)",
)  # fmt: skip
ARTISTS = (
    "{first} {surname}", "{first} {surname}", "{first} {surname}", "{first} {surname}", "{first} {surname}",
    "{first} {surname}", "{onset}{rhyme}", "{onset}{rhyme}", "{onset}{rhyme}", "The {adjective} {crew}",
    "The {adjective} {crew}", "The {adjective} {crew}", "{noun} {crew}", "{noun} {crew}",
    "{onset}{rhyme} Club", "{first} & the {crew}", "{number} {crew}", "{troupe}",
)  # fmt: skip
ALBUMS = (
    "{adjective} {plural}", "{adjective} {noun}", "The {noun} Tapes", "Songs from the {noun}",
    "{place} Diaries", "Notes on {plural}", "A Short History of {plural}", "{noun} / {noun}",
    "{noun}, Vol. 2", "The {adjective} {noun} EP", "Everything but the {noun}", "Maps & {plural}",
    "{gerund} {plural}", "{place}, {hour}", "{number} {plural}",
)  # fmt: skip


def identity(artist: NDArray[np.int64], rng: np.random.Generator) -> pd.DataFrame:
    """The text columns `IDENTITY`, one row per track; no two rows have the same title and artist.

    `artist` holds the number of each track's artist, 0, 1, 2 ... in ascending order. Every artist has one
    album or more; dates are YYYY-MM-DD or, for some old albums, YYYY.
    """
    rows: list[tuple[str, str, str, str]] = []
    artists_taken: set[str] = set()
    for size in np.bincount(artist):
        name = invent(rng, ARTISTS, artists_taken)
        titles_taken: set[str] = set()
        albums_taken: set[str] = set()
        titles = [invent(rng, TITLES, titles_taken) for _ in range(size)]
        albums = [invent(rng, ALBUMS, albums_taken) for _ in range(int(rng.integers(1, 2 + size // 2)))]
        dates = _release_dates(len(albums), rng)
        if rng.random() < 0.3 and "(" not in titles[0]:  # an album is often named after one of its tracks
            albums[0] = titles[0]
        on_album = [0, *rng.integers(len(albums), size=size - 1)]
        rows += [(title, name, albums[n], dates[n]) for title, n in zip(titles, on_album, strict=True)]
    return pd.DataFrame(rows, columns=list(IDENTITY))


def _release_dates(albums: int, rng: np.random.Generator) -> list[str]:
    """One date per album of an artist, latest first, 1 to 3 years apart; some old ones only a year."""
    year = LAST_YEAR - int(45 * rng.random() ** 2)
    dates = []
    for gap in rng.integers(1, 4, size=albums):
        month, day = rng.integers(1, 13), rng.integers(1, 29)
        year_only = year < 1995 and rng.random() < 0.6
        dates.append(f"{year}" if year_only else f"{year}-{month:02d}-{day:02d}")
        year -= int(gap)
    return dates


def invent(rng: np.random.Generator, templates: tuple[str, ...], taken: set[str]) -> str:
    """One new name, made from one of the `templates`; what stands outside its brackets is not in `taken` yet.

    It is then added to `taken`, in lower case. Brackets do not make a name new: "Comet" and "Comet (Reprise)"
    by one artist would be two versions of one track, and the library has none. Where the words run out, a number is added.
    """
    turn = 0
    while True:
        name = _fill(rng, templates[int(rng.integers(len(templates)))])
        if turn >= _TURNS:
            name = f"{name} No. {len(taken) + 1}"
        bare = re.sub(r"\s*\(.*\)", "", name).casefold()
        if bare not in taken:
            taken.add(bare)
            return name
        turn += 1


def _fill(rng: np.random.Generator, template: str) -> str:
    """The template with each slot filled by a word that it does not use twice."""
    used: set[str] = set()

    def word(slot: re.Match[str]) -> str:
        choices = [choice for choice in WORDS[slot.group(1)] if choice not in used]
        chosen = choices[int(rng.integers(len(choices)))]
        used.add(chosen)
        return chosen

    return re.sub(r"\{(\w+)\}", word, template)
