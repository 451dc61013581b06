"""The secrets of one home: created at its first start, in a file that only its owner can read."""

from __future__ import annotations

import base64
import json
import secrets
import time
import uuid
from dataclasses import asdict, dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from genjobs.domain.errors import Unavailable
from genjobs.local.bootstrap import RolePasswords
from genjobs.local.files import write_private
from genjobs.local.home import Home

TEN_YEARS = 10 * 365 * 24 * 3600


@dataclass(frozen=True)
class Keys:
    """Passwords and keys. `signing_key` is a PEM, `legacy_secret` base64url of 48 bytes."""

    superuser_password: str = field(repr=False)
    role_passwords: RolePasswords = field(repr=False)
    signing_key: str = field(repr=False)
    signing_key_id: str
    legacy_secret: str = field(repr=False)
    publishable_key: str
    secret_key: str = field(repr=False)
    anon_key: str
    service_role_key: str = field(repr=False)
    demo_password: str = field(repr=False)

    @classmethod
    def of(cls, home: Home) -> Keys:
        """The home's own keys, created if the home is new.

        Raises Unavailable if they are missing or damaged.
        """
        if home.secrets.exists():
            return cls._read(home)
        if home.data.exists():
            raise _unusable(home, "is gone")
        keys = _generate()
        write_private(home.secrets, json.dumps(asdict(keys), indent=2).encode())
        return keys

    @classmethod
    def _read(cls, home: Home) -> Keys:
        try:
            values = json.loads(home.secrets.read_bytes())
            return cls(**{**values, "role_passwords": RolePasswords(**values["role_passwords"])})
        except (ValueError, KeyError, TypeError) as error:
            raise _unusable(home, "cannot be read") from error

    def private_key(self) -> ec.EllipticCurvePrivateKey:
        key = serialization.load_pem_private_key(self.signing_key.encode(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("the signing key is not on an elliptic curve")
        return key

    def public_key_set(self) -> dict[str, list[dict[str, Any]]]:
        """The public JWKS for clients."""
        key = jwt.algorithms.ECAlgorithm.to_jwk(self.private_key().public_key(), as_dict=True)
        named = {"kid": self.signing_key_id, "alg": "ES256", "use": "sig", "key_ops": ["verify"]}
        return {"keys": [{**key, **named}]}

    def verification_key_set(self) -> str:
        """The JWKS for PostgREST as JSON: the public key, and the shared one behind the legacy API keys."""
        shared = {"kty": "oct", "k": self.legacy_secret, "alg": "HS256"}
        return json.dumps({"keys": [*self.public_key_set()["keys"], shared]})


def _unusable(home: Home, why: str) -> Unavailable:
    return Unavailable(
        f"{home.secrets} {why}, and without it nobody can connect to the database in {home.data}.",
        hint="Restore it, or start over and lose all data: genjobs local reset",
    )


def _generate() -> Keys:
    legacy = secrets.token_bytes(48)
    return Keys(
        superuser_password=secrets.token_urlsafe(24),
        role_passwords=RolePasswords.generate(),
        signing_key=_new_signing_key(),
        signing_key_id=str(uuid.uuid4()),
        legacy_secret=base64.urlsafe_b64encode(legacy).rstrip(b"=").decode(),
        publishable_key=f"sb_publishable_{secrets.token_urlsafe(24)}",
        secret_key=f"sb_secret_{secrets.token_urlsafe(24)}",
        anon_key=_api_key("anon", legacy),
        service_role_key=_api_key("service_role", legacy),
        demo_password=secrets.token_urlsafe(12),
    )


def _new_signing_key() -> str:
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        .decode()
    )


def _api_key(role: str, secret: bytes) -> str:
    now = int(time.time())
    claims = {"iss": "supabase", "ref": "local", "role": role, "iat": now, "exp": now + TEN_YEARS}
    return jwt.encode(claims, secret, algorithm="HS256")
