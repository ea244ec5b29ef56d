"""The house's two typefaces, Source Sans and Source Serif (SIL Open Font License), as one of the installed packages ships them.

Nothing is imported from there: where no installed package has them, whoever asks goes on with what the system has.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

SANS, SERIF = "SourceSansVF-Upright", "SourceSerifVariable-Roman"
_SHIPPED_BY = "streamlit"


@cache
def font(name: str) -> bytes | None:
    """The WOFF2 file of `SANS` or `SERIF`, all weights in one; None where it is not installed."""
    try:
        shipped = files(_SHIPPED_BY) or []
    except PackageNotFoundError:
        return None
    found = [path for path in shipped if path.name.startswith(name) and path.suffix == ".woff2"]
    return Path(str(found[0].locate())).read_bytes() if found else None
