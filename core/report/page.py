"""The report's paper: one HTML file that asks the network for nothing, and the parts that stand on it.

Everything that is put in is escaped here. What a browser may do with the file stands in it (Content-Security-Policy): run the two
scripts whose hashes are named, and load nothing. The charts' library is packed, and unpacked by the browser.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import zlib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.offline import get_plotlyjs
from plotly.utils import PlotlyJSONEncoder

from core import text
from core.language import say, spoken
from core.plots import style
from core.report.fonts import SANS, SERIF, font

_HERE = Path(__file__).parent
_LONGEST = 400  # characters of a text in a chart: a title of a hundred thousand is nobody's title
_CELL = 120
_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="only light"><meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{colours}{faces}
{css}</style></head>
<body><main>
{body}
</main>
<script type="text/plain" id="library">{library}</script>
<script>{draw}</script>
</body></html>
"""


def page(title: str, body: Iterable[str]) -> str:
    """The whole file. `title` is plain text, `body` HTML made by the functions below."""
    draw, light = (_HERE / "draw.js").read_text("utf-8"), style.LIGHT
    colours = {
        "paper": light.paper, "ink": light.ink, "hairline": light.hairline, "accent": light.accent,
        "quiet": style.mix(light.ink, light.noise, 0.5), "shade": style.mix(light.paper, light.hairline, 0.45),
    }  # fmt: skip
    library, own = _library()
    policy = {
        "default-src": "'none'", "script-src": f"{_hash(draw)} {own}", "style-src": "'unsafe-inline'",
        "img-src": "data: blob:", "font-src": "data:", "base-uri": "'none'", "form-action": "'none'",
    }  # fmt: skip
    return _PAGE.format(
        language=spoken(), title=html.escape(title), body="\n".join(body), draw=draw, library=library,
        policy="; ".join(f"{name} {value}" for name, value in policy.items()),
        colours=f":root {{ color-scheme: only light; {' '.join(f'--{name}: {own};' for name, own in colours.items())} }}",
        faces=_faces(), css=(_HERE / "page.css").read_text("utf-8"),
    )  # fmt: skip


def section(kicker: str, finding: str, *parts: str) -> str:
    """A question's part of the page: which page of the app it is, the finding as a headline, and what stands below."""
    return f"<section>{paragraph(kicker, kind='kicker')}<h2>{_headline(finding)}</h2>{''.join(parts)}</section>"


def heading(finding: str) -> str:
    """A further finding inside a section."""
    return f"<h3>{_headline(finding)}</h3>"


def paragraph(*sentences: str, kind: str = "") -> str:
    """Sentences as one paragraph; nothing where all are empty."""
    said = " ".join(filter(None, sentences))
    return f"<p{f' class={kind}' if kind else ''}>{escaped(said)}</p>" if said else ""


def bullets(sentences: Iterable[str]) -> str:
    """Sentences one below the other; nothing where there are none."""
    items = "".join(f"<li>{escaped(sentence)}</li>" for sentence in sentences)
    return f"<ul>{items}</ul>" if items else ""


def folded(title: str, *parts: str) -> str:
    """What waits behind its title until it is opened."""
    return f"<details><summary>{escaped(title)}</summary>{''.join(parts)}</details>"


def how(explanation: str) -> str:
    """How to read the picture above, folded. `explanation` is the app's own, with *emphasis* marked as in Markdown."""
    marked = re.sub(r"[*](.+?)[*]", r"<em>\1</em>", escaped(explanation))
    return folded(say("How to read this"), f"<p>{marked}</p>")


def chart(figure: go.Figure, name: str, alternative: str, data: pd.DataFrame, *, digits: int = 2) -> str:
    """A chart under a name of its own, what it says in words, and its data as a folded table."""
    shown = go.Figure(figure)
    for axes in (shown.update_xaxes, shown.update_yaxes):
        axes(title_font_size=14, title_standoff=12)
    drawn = shown.to_plotly_json()
    # The template is what this process has for its default: in the app Streamlit's, elsewhere plotly's.
    del drawn["layout"]["template"]
    config = style.CONFIG | {
        "responsive": True, "toImageButtonOptions": {"format": "svg", "filename": f"earprint-{name}"}
    }  # fmt: skip
    content = _shortened({"data": drawn["data"], "layout": drawn["layout"], "config": config})
    written = json.dumps(content, cls=PlotlyJSONEncoder, sort_keys=True, separators=(",", ":"))
    # No letter in it can end the script or open another: JSON reads these back.
    written = re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", written)
    return (
        f'<figure><div class="plot" id="chart-{name}" role="img" aria-label="{html.escape(alternative)}"></div>'
        f'<p class="alternative">{escaped(alternative)}</p>'
        f'<script type="application/json" id="chart-{name}-data">{written}</script>'
        f"{folded(say('As a table'), table(data, digits=digits))}</figure>"
    )


def table(data: pd.DataFrame, *, digits: int = 2) -> str:
    """A table: numbers with so many decimals, counts whole, what is missing empty, text escaped and on one line."""
    kinds = [" class=number" if pd.api.types.is_numeric_dtype(kind) else "" for kind in data.dtypes]
    heads = "".join(f"<th scope=col{kind}>{_cell(name, 0)}</th>" for name, kind in zip(data, kinds, strict=True))
    rows = (
        "".join(f"<td{kind}>{_cell(value, digits)}</td>" for value, kind in zip(row, kinds, strict=True))
        for row in data.itertuples(index=False, name=None)
    )
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'


def settings(rows: Sequence[tuple[str, str]]) -> str:
    """Names and values below each other."""
    body = "".join(f"<tr><th scope=row>{escaped(name)}</th><td>{escaped(value)}</td></tr>" for name, value in rows)
    return f'<table class="settings"><tbody>{body}</tbody></table>'


def escaped(sentence: str) -> str:
    """A sentence as HTML: names in backticks become code (see `core.text.rich`), all else is what it is."""
    parts = text.one_line(sentence).split("`")
    if len(parts) % 2 == 0:  # a backtick without its partner is no mark
        return html.escape("`".join(parts))
    return "".join(
        f"<code>{html.escape(part)}</code>" if place % 2 and part.strip() else html.escape(part)
        for place, part in enumerate(parts)
    )


def _headline(finding: str) -> str:
    """As `escaped`; no line begins with the sign of a percentage."""
    return escaped(finding).replace(" %", "\u00a0%")


def _cell(value: object, digits: int) -> str:
    if isinstance(value, bool | np.bool_):
        return say("yes") if value else ""
    if isinstance(value, int | np.integer):
        return text.whole(int(value))
    if isinstance(value, float | np.floating):
        return text.number(float(value), digits) if np.isfinite(value) else ""
    return html.escape(text.shorten(str(value), _CELL))


def _shortened(content: Any) -> Any:  # noqa: ANN401 any part of a figure
    """The same with every overlong text of somebody's file cut; arrays, which plotly packs as text, stay whole."""
    if isinstance(content, dict):
        return {name: part if name == "bdata" else _shortened(part) for name, part in content.items()}
    if isinstance(content, list | tuple) or (isinstance(content, np.ndarray) and content.dtype == object):
        return [_shortened(part) for part in content]
    return content[:_LONGEST] if isinstance(content, str) else content


@cache
def _library() -> tuple[str, str]:
    """The charts' library, packed (zlib, base64), and its hash for the policy."""
    code = get_plotlyjs()
    return base64.b64encode(zlib.compress(code.encode(), 9)).decode(), _hash(code)


@cache
def _faces() -> str:
    faces = []
    for family, name in (("Source Sans", SANS), ("Source Serif", SERIF)):
        data = font(name)
        if data is not None:
            source = f"data:font/woff2;base64,{base64.b64encode(data).decode()}"
            faces.append(
                f'@font-face {{ font-family: "{family}"; font-weight: 200 900; src: url({source}) format("woff2"); }}'
            )
    return "\n".join(faces)


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
