"""The error tree: one root, one branch a stage.

Every error that trendwatch raises on purpose is a `TrendwatchError`, and its text is a sentence a user can act on.
Foreign exceptions are translated where their library is owned; whatever is not in this tree is a bug and may crash.
"""

from datetime import datetime
from typing import Literal


class TrendwatchError(Exception):
    """The root: the command line prints it as one line and exits with `exit_status`."""

    exit_status = 1


class ConfigError(TrendwatchError):
    """sources.yaml is wrong. `complaints` holds every mistake, one line each, as file:line:column: where: what."""

    exit_status = 2

    def __init__(self, complaints: list[str] | str) -> None:
        self.complaints = [complaints] if isinstance(complaints, str) else list(complaints)
        super().__init__("\n".join(self.complaints))


class PluginError(TrendwatchError):
    """A kind has no file, or its file does not hold exactly one class of the plug point."""


class CollectError(TrendwatchError):
    """A source could not be asked or read. It becomes a `Visit` and never ends a run."""


class OfflineError(CollectError):
    """No host at all could be reached: this machine has no network."""

    exit_status = 3


class FetchError(CollectError):
    """No usable answer. `outcome` says how the visit is counted: "transient", "permanent" or "policy"."""

    def __init__(
        self, message: str, *, outcome: str = "transient", status: int = 0, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.status = status
        self.retry_after_s = retry_after_s


class ClosedError(FetchError):
    """Nothing was asked: the queue (a host, or several) is to be left alone `until` a moment. No failure of the source."""

    def __init__(self, message: str, *, queue: str, until: datetime, retry_after_s: float) -> None:
        super().__init__(message, retry_after_s=retry_after_s)
        self.queue = queue
        self.until = until


class ParseError(CollectError):
    """An answer came, but it is not what this kind reads."""


class EmbeddingError(TrendwatchError):
    """The model is missing, altered, or not the one that made the stored vectors."""


class StorageError(TrendwatchError):
    """The store cannot be opened, read or written."""


class NoStoreError(StorageError):
    """There is no store yet where one was to be read."""


class QueryError(TrendwatchError):
    """A search or a look-up that means nothing: unknown tag, unreadable date, no such item."""


class DeliveryError(TrendwatchError):
    """A digest could not be handed over. `outcome` is "retry" (temporary), "refused" (final) or "unknown"."""

    def __init__(self, message: str, *, outcome: Literal["retry", "refused", "unknown"] = "retry") -> None:
        super().__init__(message)
        self.outcome = outcome
