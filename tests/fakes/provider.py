"""An OpenID Connect provider on loopback, which checks of the app what a real one checks."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.fakes.service import Answer, Service, of_json

CLIENT, SECRET = "earprint-client", "client-secret-canary"
PEOPLE: dict[str, dict[str, object]] = {
    "ann": {"name": "Ann <b>Ash</b>", "email": "Ann@example.org", "email_verified": True},
    "ben": {"email": "ben@example.org", "email_verified": True},
    "cat": {"name": "Cat", "email": "cat@elsewhere.test", "email_verified": True},
    "dan": {"name": "Dan", "email": "dan@elsewhere.test", "email_verified": True},
    "eve": {"name": "Eve", "email": "ann@example.org", "email_verified": False},
}


@dataclass
class Provider:
    """who: the person who sits there and agrees to everything; nobody where it is empty. holds_back: keep the next address that
    somebody would be sent back to in `held`. wrong: claims that take the place of the true ones; forged: sign with another key.
    """

    address: str = ""
    redirect: str = ""
    who: str = "ann"
    holds_back: bool = False
    held: list[str] = field(default_factory=list)
    wrong: dict[str, object] = field(default_factory=dict)
    forged: bool = False
    asked: dict[str, dict[str, str]] = field(default_factory=dict)  # code -> what was asked for it
    _keys: tuple[RSAKey, RSAKey] = field(
        default_factory=lambda: (
            RSAKey.generate_key(2048, {"kid": "one"}),
            RSAKey.generate_key(2048, {"kid": "one"}),
        )
    )

    def service(self) -> Service:
        """To be served; its address is to be told to `address`."""
        return Service(self.answer, self.post)

    def answer(self, path: str, query: dict[str, list[str]]) -> Answer:
        """What browsers ask, and the metadata and keys that the app asks."""
        given = {name: values[0] for name, values in query.items()}
        if path == "/.well-known/openid-configuration":
            return of_json({
                "issuer": self.address, "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token", "jwks_uri": f"{self.address}/keys",
                "end_session_endpoint": f"{self.address}/end", "id_token_signing_alg_values_supported": ["RS256"],
            })  # fmt: skip
        if path == "/keys":
            return of_json({"keys": [self._keys[0].as_dict(private=False)]})
        if path == "/authorize":
            return self._agreed(given)
        if path == "/end":
            assert given["client_id"] == CLIENT
            assert given["id_token_hint"]
            return 302, {"Location": given["post_logout_redirect_uri"]}, b""
        return of_json({}, 404)

    def post(self, path: str, form: dict[str, list[str]]) -> Answer:
        """A code with its verifier, of the client whose secret it is, against tokens; each once."""
        asked = self.asked.pop(form["code"][0], {})
        digest = hashlib.sha256(form["code_verifier"][0].encode()).digest()
        client = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        right = {
            "path": path == "/token", "grant": form["grant_type"] == ["authorization_code"],
            "redirect": form["redirect_uri"] == [self.redirect], "client": form["authorization"] == [f"Basic {client}"],
            "verifier": _url64(digest) == asked.get("code_challenge"),
        }  # fmt: skip
        if not all(right.values()):
            return of_json({"error": "invalid_grant", "error_description": str(right)}, 400)
        now = int(time.time())
        claims = {
            "iss": self.address, "sub": f"subject of {asked['who']}", "aud": CLIENT, "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], **PEOPLE[asked["who"]], **self.wrong,
        }  # fmt: skip
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self._keys[self.forged])
        return of_json({"access_token": secrets.token_hex(), "token_type": "Bearer", "id_token": signed})

    def _agreed(self, given: dict[str, str]) -> Answer:
        """The person is sent back with a code, or with a refusal."""
        assert given["response_type"] == "code"
        assert given["client_id"] == CLIENT
        assert given["redirect_uri"] == self.redirect  # as it was registered, to the letter
        assert "openid" in given["scope"].split()
        assert given["code_challenge_method"] == "S256"
        code = secrets.token_hex()
        self.asked[code] = {**given, "who": self.who}
        told = {"code": code} if self.who else {"error": "access_denied", "error_description": "denied"}
        back = f"{self.redirect}?{urlencode({**told, 'state': given['state']})}"
        if self.holds_back:
            self.held.append(back)
            return 200, {"Content-Type": "text/plain"}, b"held back"
        return 302, {"Location": back}, b""


def _url64(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
