"""The errors that `Client` and a worker's context raise; `ConsoleError` is the base class of them all."""

from genjobs.domain.errors import (
    Conflict,
    ConsoleError,
    Forbidden,
    InvalidInput,
    NotFound,
    NotSignedIn,
    OverBudget,
    RateLimited,
    SchemaBehind,
    SettingsError,
    TimedOut,
    Unavailable,
    UnexpectedError,
)

__all__ = [
    "Conflict",
    "ConsoleError",
    "Forbidden",
    "InvalidInput",
    "NotFound",
    "NotSignedIn",
    "OverBudget",
    "RateLimited",
    "SchemaBehind",
    "SettingsError",
    "TimedOut",
    "Unavailable",
    "UnexpectedError",
]
