"""The Generation Jobs Console: its screens, rules and data access, and a Supabase for this machine.

`Client` and `AsyncClient` create and follow jobs from people's own code; `errors` is what they raise. They
are imported when they are first asked for, so that `import genjobs` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from genjobs.client import AsyncClient, Client, NewJob
    from genjobs.domain import errors

__all__ = ["AsyncClient", "Client", "NewJob", "__version__", "errors"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name == "errors":
        return importlib.import_module("genjobs.domain.errors")
    if name in __all__:
        return getattr(importlib.import_module("genjobs.client"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
