"""Pages that came instead of an article: a paywall, a login, a bot wall, an error page. Told by words, in six languages.

Words count only where little text was found: an article may well speak of captchas and subscriptions.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from trendwatch.collect._article_text import Read
from trendwatch.collect.plain import plain_text
from trendwatch.model import ArticleState

Failure = tuple[ArticleState, str]

LITTLE = 600
"""Letters of text (`size`) up to which words anywhere on the page say that a wall came: no article is so short and none longer."""
CUT = 2500
"""As `LITTLE`, for a paywall: it leaves a first paragraph or two standing."""
_LOOKED_AT = 6000  # characters of the page's words
_BOT = re.compile(
    r"just a moment|captcha|are you (?:a )?(?:human|robot)|(?:verify|verifying|confirm|prove)(?: that)? you(?:'re|’re| are) (?:a |not )|"
    r"attention required|access (?:to this page has been )?denied|checking your browser|unusual (?:traffic|activity)|"
    r"enable javascript and cookies|pardon our interruption|you have been blocked|bist du ein mensch|kein roboter|"
    r"sicherheitsüberprüfung|vous n.êtes pas un robot|no eres un robot|ロボットではありません|로봇이 아닙니다",
    re.IGNORECASE,
)
_PAY = re.compile(
    r"subscribe to (?:continue|read|keep reading|unlock)|(?:continue reading|read the full (?:story|article)) (?:with|by) |"
    r"already a subscriber|(?:for|to) (?:paid |paying )?(?:subscribers|members) only|(?:this|the) (?:article|post|story|content) is (?:only )?for "
    r"(?:paid |paying )?(?:subscribers|members)|subscriber.only|unlock this (?:article|story)|you(?:'ve|’ve| have) reached your (?:monthly |free )?"
    r"(?:article )?limit|keep reading with a|jetzt (?:abonnieren|weiterlesen mit)|weiterlesen mit|nur für abonnent|bereits abonnent|"
    r"mit (?:dem |einem )?abo weiterlesen|réservé aux abonnés|déjà abonné|abonnez-vous pour|"
    r"(?:exclusivo|solo) para suscriptores|suscríbete para|ya eres suscriptor|riservato agli abbonati|"
    r"会員限定|有料会員|有料記事|続きを読むには|구독자 전용|유료 회원",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"(?:sign|log) ?in to (?:continue|read|view|see|your)|please (?:sign|log) ?in|you (?:must|need to) (?:be logged in|sign in|log in)|"
    r"create a free account|members only|authentication required|bitte (?:melden sie sich|einloggen|anmelden)|"
    r"connectez-vous pour|inicia sesión para|accedi per|ログインしてください|로그인이 필요",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"\b(?:404|410|500|502|503)\b|(?:page|article|story|content|file).{0,15}(?:not|no longer).{0,10}(?:found|exists?|available)|not found|"
    r"internal server error|service unavailable|under maintenance|seite nicht gefunden|page introuvable|página no encontrada|"
    r"pagina non trovata|ページが見つかりません|페이지를 찾을 수 없",
    re.IGNORECASE,
)
_LOGIN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|sso|auth(?:entication)?|account/(?:login|signin)|users?/sign_in|anmelden)(?:[/.?]|$)", re.IGNORECASE
)
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


def size(text: str) -> int:
    """Letters of a text; one of Chinese, Japanese or Korean counts as much as two and a half."""
    return len(text) + len(_WIDE.findall(text)) * 3 // 2


def wall(read: Read, asked: str, came: str) -> Failure | None:
    """What came instead of the article, None when nothing says that something did. `asked` and `came` are URLs."""
    if _LOGIN_PATH.search(urlsplit(came).path) and not _LOGIN_PATH.search(urlsplit(asked).path):
        return "login", "the page leads to a login"
    if read.closed:
        return "paywall", "the page says that it is not free to read"
    found = size(read.text)
    head = " | ".join(read.titles)
    words = plain_text(read.html)[:_LOOKED_AT] if found < CUT else ""
    if found < CUT and (_BOT.search(head) or (found < LITTLE and _BOT.search(words))):
        return "captcha", "a bot wall came instead of the page"
    if told := _PAY.search(words):
        return "paywall", f"the page stops with “{told[0]}”"
    return _instead(read, head, words) if found < LITTLE else None


def _instead(read: Read, head: str, words: str) -> Failure | None:
    if (read.password and size(read.text) < LITTLE // 2) or _LOGIN.search(words):
        return "login", "the page asks for a login"
    if _ERROR.search(head):
        return "gone", f"the page is an error page: “{head[:80]}”"
    return None
