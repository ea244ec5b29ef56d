"""Spotify on loopback: accounts with PKCE, and an interface in both of its forms."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field

from tests.fakes.service import Answer, Service, of_json

# What may stand in a name: tags, a picture and a link of another host, a formula.
NAUGHTY = "<b>x</b> ![i](http://x.test/i.png) [l](http://x.test) =1+1"
# Two segments and four sections, of which one has no key.
ANALYSIS = {
    "segments": [
        {"pitches": [0.0] * 11 + [1.0], "timbre": [10.0] * 12},
        {"pitches": [1.0] * 12, "timbre": [20.0] * 12},
    ],
    "sections": [{"key": 0, "mode": 1}, {"key": 0, "mode": 1}, {"key": -1, "mode": 0}, {"key": 7, "mode": 0}],
}


@dataclass
class Spotify:
    """A small Spotify. people: code -> person; development: the form of 2026. Tokens are `access-<person>-<number>`."""

    development: bool = True
    people: dict[str, str] = field(default_factory=lambda: {"code-ann": "ann", "code-ben": "ben"})
    challenges: dict[str, str] = field(default_factory=dict)
    issued: int = 0
    dead: set[str] = field(default_factory=set)
    tracks: int = 120
    shop: dict[str, str] = field(default_factory=dict)  # title -> artist, of what a search finds
    sounds: bool = False  # whether this app is old enough for features and analysis
    mute: set[str] = field(default_factory=set)  # ids of which it has no features

    def service(self) -> Service:
        """To be served."""
        return Service(self.answer, self.post)

    def post(self, path: str, form: dict[str, list[str]]) -> Answer:
        """The token endpoint: a code with its verifier, or a refresh token."""
        assert path == "/api/token"
        if form["grant_type"] == ["authorization_code"]:
            digest = hashlib.sha256(form["code_verifier"][0].encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            person = self.people.pop(form["code"][0], "")
            if not person or self.challenges.get(person, challenge) != challenge:
                return of_json({"error": "invalid_grant", "error_description": "Invalid authorization code"}, 400)
        else:
            person = form["refresh_token"][0].removeprefix("refresh-")
            if person in self.dead:
                return of_json({"error": "invalid_grant", "error_description": "Refresh token revoked"}, 400)
        self.issued += 1
        return of_json({
            "access_token": f"access-{person}-{self.issued}", "token_type": "Bearer", "expires_in": 3600,
            "refresh_token": f"refresh-{person}", "scope": "playlist-read-private",
        })  # fmt: skip

    def answer(self, path: str, query: dict[str, list[str]]) -> Answer:
        """The interface, for the person whose token it is."""
        if path == "/authorize":  # Spotify's own page, on which the next person agrees at once
            code = next(iter(self.people))
            self.challenges[self.people[code]] = query["code_challenge"][0]
            back = f"{query['redirect_uri'][0]}?code={code}&state={query['state'][0]}"
            return 302, {"Location": back}, b""
        person = query["token"][0].split("-")[1] if query["token"][0].startswith("access-") else ""
        if not person:
            return of_json({"error": {"status": 401, "message": "Invalid access token"}}, 401)
        offset, limit = int(query.get("offset", ["0"])[0]), int(query.get("limit", ["20"])[0])
        if limit > 50:
            return of_json({"error": {"status": 400, "message": "Invalid limit"}}, 400)
        if path == "/v1/me/":
            return of_json({"id": person, "display_name": f"<b>{person.title()}</b>"})
        if path == "/v1/me/playlists":
            count = {"items" if self.development else "tracks": {"total": self.tracks}}
            mine = [{"id": f"list{n}of{person}", "name": f"List {n} of {person} {NAUGHTY}", **count} for n in range(60)]
            return of_json({"items": [*mine[offset : offset + limit][:-1], None], "total": 60})
        if path == "/v1/playlists/foreign/items":
            return of_json({"error": {"status": 403, "message": "Forbidden"}}, 403)
        if path.startswith("/v1/playlists/") and path.endswith("/items"):
            return self._page(person, offset, limit, "item" if self.development else "track")
        if path == "/v1/search":
            return self._search(query["q"][0], limit)
        if path.startswith(("/v1/audio-features", "/v1/audio-analysis")):
            return self._sound(path, query)
        if path == "/v1/me/tracks":
            return self._page(person, offset, limit, "track")
        if path == "/v1/me/top/tracks":
            return self._page(person, offset, limit, "")
        return of_json({"error": {"status": 404, "message": "Service not found"}}, 404)

    def _search(self, query: str, limit: int) -> Answer:
        """By field where fields are named, else every title of which a word was asked for; a null among the tracks."""
        if self.development and limit > 10:
            return of_json({"error": {"status": 400, "message": "Invalid limit"}}, 400)
        exact = dict(re.findall(r'(track|artist):"([^"]*)"', query))
        rows: list[object] = [None]
        for title, artist in self.shop.items():
            words = set(query.casefold().split()) & set(title.casefold().split())
            same = exact.get("track") == title and exact.get("artist", artist) == artist
            if same or (words and not exact):
                name = hashlib.sha256(f"{title}{artist}".encode()).hexdigest()[:22]
                rows.append(
                    {"id": name, "type": "track", "name": title, "artists": [{"name": artist}], "duration_ms": 61_000}
                )
        return of_json({"tracks": {"items": rows[:limit], "total": len(rows)}})

    def _sound(self, path: str, query: dict[str, list[str]]) -> Answer:
        """Features of a hundred at most, the last first, or the analysis of one."""
        if not self.sounds:
            return of_json({"error": {"status": 403}}, 403)
        if path.startswith("/v1/audio-analysis/"):
            return of_json(ANALYSIS)
        ids = query["ids"][0].split(",")
        if len(ids) > 100:
            return of_json({"error": {"status": 400, "message": "Invalid ids"}}, 400)
        rows = [
            None if one in self.mute else {"id": one, "key": -1, "tempo": 100 + len(ids), "energy": 0.5} for one in ids
        ]
        return of_json({"audio_features": rows[::-1]})

    def _page(self, person: str, offset: int, limit: int, inside: str) -> Answer:
        """A page with a null, an episode and a file of the person's own among the first."""
        rows: list[object] = []
        for number in range(offset, min(offset + limit, self.tracks)):
            track = {
                "id": f"{person}{number:04d}".ljust(22, "x"), "type": "track", "name": f"Song {number} of {person} {NAUGHTY}",
                "artists": [{"name": "First"}, {"name": f"{person.title()}'s band"}],
                "external_ids": {"isrc": f"USRC1{number:07d}"},
                "album": {"name": "Album", "release_date": "1999-01-02", "images": [{"url": "https://i.scdn.co/big"}]},
            }  # fmt: skip
            if number == 1:
                rows.append(None)
            elif number == 2:
                rows.append({inside: {**track, "type": "episode"}} if inside else {**track, "type": "episode"})
            elif number == 3:
                rows.append({inside: {**track, "id": None, "is_local": True}} if inside else {**track, "id": None})
            else:
                rows.append({inside: track} if inside else track)
        # the address of the next page leads elsewhere, as a proxy's would
        return of_json({"items": rows, "total": self.tracks, "next": "http://127.0.0.1:9/elsewhere"})
