"""The Generation Jobs Console: its screens, rules and data access, and a local Supabase.

`Client` and `AsyncClient` create and follow jobs from your own code and raise the classes of `errors`. All
are imported on first use, so that `import genjobs` is fast.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from genjobs import errors
    from genjobs.client import AsyncClient, Client, NewJob

__all__ = ["AsyncClient", "Client", "NewJob", "__version__", "errors"]
__version__ = "0.1.0"


if not TYPE_CHECKING:  # else a type checker would believe in every name

    def __getattr__(name: str) -> Any:
        if name == "errors":
            return importlib.import_module("genjobs.errors")
        if name in __all__:
            return getattr(importlib.import_module("genjobs.client"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
