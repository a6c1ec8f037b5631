"""One SQLite file that keeps posts, comments, readings and scores."""

from service.store.database import Store

__all__ = ["Store"]
