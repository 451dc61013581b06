"""Access tokens: signed with the home's own key (ES256), checked against it and the legacy shared key."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from genjobs.local.auth.refusals import AuthRefusal
from genjobs.local.keys import Keys

AUDIENCE = "authenticated"


@dataclass(frozen=True)
class Signer:
    """`issuer` is the auth server's own URL."""

    issuer: str
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    key_id: str
    legacy_secret: bytes = field(repr=False)
    public_keys: dict[str, list[dict[str, Any]]]

    @classmethod
    def of(cls, keys: Keys, issuer: str) -> Signer:
        legacy = base64.urlsafe_b64decode(keys.legacy_secret + "=" * (-len(keys.legacy_secret) % 4))
        return cls(issuer, keys.private_key(), keys.signing_key_id, legacy, keys.public_key_set())

    def sign(self, claims: dict[str, Any], issued: datetime, seconds: int) -> str:
        times = {"iat": int(issued.timestamp()), "exp": int(issued.timestamp()) + seconds}
        return jwt.encode(
            {"iss": self.issuer, **times, **claims}, self.key, algorithm="ES256", headers={"kid": self.key_id}
        )

    def verified(self, token: str) -> dict[str, Any]:
        """The claims of an unexpired token that this stack signed. Raises a 403 bad_jwt otherwise."""
        try:
            symmetric = jwt.get_unverified_header(token).get("alg") == "HS256"
            key = self.legacy_secret if symmetric else self.key.public_key()
            algorithm = "HS256" if symmetric else "ES256"
            claims: dict[str, Any] = jwt.decode(
                token, key, algorithms=[algorithm], options={"verify_aud": False}
            )
        except jwt.InvalidTokenError as error:
            message = f"invalid JWT: unable to parse or verify signature, {error}"
            raise AuthRefusal(403, "bad_jwt", message) from error
        return claims
