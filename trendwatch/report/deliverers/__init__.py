"""The plug point of deliverers: one file a kind, its name is the key under `deliver:` in sources.yaml.

A deliverer is a frozen dataclass; its fields are the keys a user may write, except secrets, which come from `secrets`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

from trendwatch.model import Digest, Rendering


class Deliverer(ABC):
    """Hands one issue to one recipient."""

    secrets: ClassVar[Mapping[str, str]] = {}
    """Names of `deliver` arguments that come from the environment, with the variable: {"password": "TRENDWATCH_SMTP_PASSWORD"}."""

    remembered: ClassVar[bool] = True
    """Whether a hand-over is recorded and never repeated (mail), or may be done again (files)."""

    @abstractmethod
    def recipients(self, digest: Digest, asked: Sequence[str]) -> Sequence[str]:
        """Whom an issue goes to; `asked` are the addresses of the digest's own entry in sources.yaml."""

    @abstractmethod
    def deliver(self, digest: Digest, renderings: Mapping[str, Rendering], recipient: str, secrets: Mapping[str, str]) -> str:
        """Hand over. Returns a detail worth recording. Raises DeliveryError, whose outcome says whether to try again."""
