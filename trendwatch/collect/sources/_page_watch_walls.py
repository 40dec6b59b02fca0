"""Answers that came with "200 OK" and are not the page: empty, a bot wall, a login, an error, a notice of maintenance.

Said by the title or first heading where the page is short or has lost what it held; by its words only where it is very short: a
policy may well speak of captchas, logins and errors.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from trendwatch.collect.sources import _page_watch_noise as noises
from trendwatch.collect.sources._page_watch_text import Text
from trendwatch.model import Response

SHORT = 150  # words: no text worth watching fits, and most error pages do
FEW = 0.2
"""Share of the known text that must be left for a page to be that page."""
_BOT = re.compile(
    r"just a moment|captcha|are you (?:a )?(?:human|robot)|(?:verify|verifying|confirm|prove)(?: that)? you(?:'re| are)|attention required|"
    r"access (?:to this page has been )?denied|checking your browser|bot (?:detection|protection)|unusual (?:traffic|activity)|"
    r"enable javascript and cookies|security check|ddos protection|pardon our interruption|request (?:was )?blocked|you have been blocked|"
    r"sicherheitsprüfung|vérification de sécurité|comprobación de seguridad|verifica di sicurezza",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"\b(?:404|410|500|502|503|504)\b(?!\s*(?:days?|hours?|users?|euros?|words?))|(?:page|file|document|content|resource).{0,20}(?:not|n't|no longer).{0,12}(?:found|exists?|available|find)|"
    r"not found|(?:can't|cannot|couldn't|could not|unable to) (?:find|locate|load|display|be found)|does(?:n't| not) exist|no longer available|"
    r"(?:something|that) (?:went|didn't) (?:wrong|work)|internal (?:server )?error|server error|service (?:temporarily )?unavailable|"
    r"temporarily (?:unavailable|offline|down)|bad gateway|gateway time-?out|(?:an|unexpected|application) error|error (?:occurred|\d{3})|oops|whoops|"
    r"(?:under|scheduled|planned|site|for) maintenance|be (?:right )?back (?:soon|shortly)|too many requests|default web ?page|domain (?:is )?for sale|"
    r"(?:seite|dokument).{0,20}nicht (?:gefunden|verfügbar)|wartungsarbeiten|derzeit nicht (?:erreichbar|verfügbar)|page introuvable|"
    r"(?:en|pour) maintenance|indisponible|página no encontrada|no se (?:ha )?(?:encontrado|encuentra)|mantenimiento|no disponible|"
    r"pagina non trovata|manutenzione|non disponibile",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"\b(?:sign|log) ?[io]n\b|\blogin\b|members only|authentication required|subscribe to (?:read|continue)|create (?:an )?account|"
    r"\banmeld(?:en|ung)\b|\bconnexion\b|identifiez-vous|iniciar sesión|\baccedi\b",
    re.IGNORECASE,
)
_NO_PART = "The page's main part holds no text: name the part with `part`."


def wall(text: Text, kept: float | None) -> str:
    """What the answer is instead of the page, as a sentence; "" when it is the page. `kept` is the share of the known text that
    it still holds, None at the first sight.
    """
    size = len(text.raw.split())
    if not text.passages and size < SHORT // 3:
        return "The page holds no text: it is empty, or a script builds it."
    lost = kept is not None and kept < FEW and not noises.withdrawn(text.raw)
    known = kept is not None and not lost
    if known or (size >= SHORT and not lost):
        return "" if text.passages or known else _NO_PART
    head = f"{text.title} | {text.headline}"
    all_of_it = text.raw if size < SHORT // 2 else ""
    for pattern, what in ((_BOT, "a bot wall"), (_ERROR, "an error page or a notice of maintenance")):
        if pattern.search(head) or (all_of_it and pattern.search(all_of_it)):
            return f"The answer is {what}{_titled(text)}, not the page."
    if text.password or _LOGIN.search(head) or (lost and size < SHORT and _LOGIN.search(text.raw)):
        return f"The answer asks for a login{_titled(text)}: the page is not public, or no longer."
    return "" if text.passages else _NO_PART


def elsewhere(response: Response, kept: float) -> str:
    """Where a redirect led to another page: a site that sends lost pages to its front page. "" when it is the page."""
    asked, came = urlsplit(response.request.url), urlsplit(response.url)
    if kept >= FEW or (asked.path.rstrip("/"), asked.hostname) == (came.path.rstrip("/"), came.hostname):
        return ""
    return f"The page leads to another one that holds nothing of its text: {response.url[:200]}"


def shrunk(text: Text, before: int, kept: float) -> str:
    """What looks wrong when next to nothing of a page is left and nothing says why; "" when it looks right."""
    if kept >= FEW or text.words * 4 > before or noises.withdrawn(text.raw):
        return ""
    return (
        f"The page shrank from {before:,} to {text.words:,} words and holds nothing of what it said: an error page, or its text was "
        "taken down. Look at it; nothing is told of it until it is longer or says that it was withdrawn."
    )


def _titled(text: Text) -> str:
    head = (text.title or text.headline)[:80]
    return f' (titled "{head}")' if head else ""
