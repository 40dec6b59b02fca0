"""A round-up newsletter taken apart: each story it links to, with the words around the link. Pure.

What belongs to a link is the largest element around it that holds no other story's link, and what follows it up to the next
heading or story. False positives: a line of "see also" links, each a story of a few words. False negatives: a story whose only
link is a picture without a description, and one that a sponsor's mark stands beside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from trendwatch.collect.markup import html_parser
from trendwatch.collect.plain import one_line, plain_text
from trendwatch.collect.sources._unwrap import opaque, unwrapped

MOST = 150
"""Stories of one mail; the longest round-ups hold 80."""
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_ENDS = (*_HEADINGS, "hr")
_TOPS = frozenset(("html", "body"))
_LONGEST_BLOCK = 3000
_PARTS = 300  # elements of one story at most
_MANY = "\0"
_FEW = 160  # characters of a paragraph that a link in its midst may take along
_GENERIC = re.compile(
    r"(?:(?:please )?(?:click|tap) )?here|(?:read|learn|see|find out|view|hear|watch|listen)(?: (?:the|it|this|more|full|story|article|paper|report|"
    r"post|blog|thread|on|now|here|online|all|about|in))*|more|continue(?: reading)?|full (?:story|article|text)|link|source|website|details?|pdf|\W*"
    r"|(?:https?://|www\.)\S+|weiterlesen|mehr(?: (?:lesen|erfahren))?|lire (?:la suite|plus)|leer más|続きを読む|阅读(?:全文|更多)|자세히 보기",
    re.IGNORECASE,
)
_CHORES = re.compile(
    r"unsubscri|opt.?out|(?:manage|update|change|edit|email|your|mailing) (?:\w+ )?(?:preferences|subscriptions?|settings|profile)|"
    r"(?:view|read|open|see)\b.{0,25}\b(?:browser|online|web ?version|on the web|in the app)|web ?version|privacy (?:policy|notice)|terms of (?:use|service)|"
    r"forward (?:to|this)|(?:tell|refer|share with|invite) (?:a )?friend|^share\b|^tweet\b|^(?:re)?post this|add us to your|why (?:did|am) i|"
    r"^(?:subscribe|sign up|sign in|log ?in|upgrade|donate|advertise|contact(?: us)?|about(?: us)?|archive|help|support)\b.{0,30}$|"
    r"(?:become|go) (?:a )?(?:paid|premium|member)|get the app|download the app|powered by|^follow\b|report (?:abuse|spam)|"
    r"abmelden|abbestellen|im browser|datenschutz|impressum|désabonner|désinscri|navigateur|darse de baja|cancelar|配信停止|退订|수신거부",
    re.IGNORECASE,
)
_CHORE_PATHS = re.compile(
    r"/(?:unsubscribe|unsub|optout|opt-out|preferences|email-preferences|manage|subscribe|signup|sharer?|intent/\w+|share(?:article|r\.php)?|sharing|"
    r"privacy(?:-policy)?|terms)(?:[/.]|$)|list-manage\.com/(?:unsubscribe|profile)|/action/disable_email",
    re.IGNORECASE,
)
_SOCIAL = re.compile(
    r"(?:^|\.)(?:twitter\.com|x\.com|facebook\.com|fb\.com|linkedin\.com|instagram\.com|tiktok\.com|threads\.net|bsky\.app|mastodon\.social|"
    r"pinterest\.com|whatsapp\.com|wa\.me|t\.me|reddit\.com|youtube\.com|discord\.gg|apps\.apple\.com|play\.google\.com)$"
)
_SPONSORED = re.compile(
    r"^\W*(?:(?:our |today.s |this week.s )?sponsor(?:s|ship|ed)?|advertisements?|advertorial|paid (?:post|partner(?:ship)?)|presented by|"
    r"brought to you by|partner content|promoted|ad|anzeige|publicité|publicidad)\b|[(\[](?:sponsor(?:ed)?|ad|advertisement|anzeige)[)\]]|【PR】",
    re.IGNORECASE,
)
"""At the beginning of a block, or in brackets: elsewhere "sponsored" is what members of parliaments do with bills."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A link of a newsletter. `sure` says that `url` is the story's own address, not a counter's."""

    url: str
    title: str
    html: str
    sure: bool


@dataclass(slots=True)
class _Link:
    element: etree._Element
    url: str
    text: str


def stories(markup: str) -> tuple[list[Story], list[tuple[str, str]]]:
    """The stories of a newsletter in its order, and the links passed over, each with the reason."""
    root = _parsed(markup)
    if root is None:
        return [], []
    links, passed = _links(root)
    targets: dict[str, list[_Link]] = {}
    for link in links:
        targets.setdefault(link.url, []).append(link)
    plan = _Plan(root, {link.element: link.url for link in links})
    found = []
    for url, named in list(targets.items())[:MOST]:
        block = _Block(named, url, plan)
        if _SPONSORED.search(block.label) or _SPONSORED.search(block.text[:_FEW]):
            passed.append((url, "is marked as sponsored"))
            continue
        title = block.title()
        if len(title) < 8 or " " not in title and title.isascii():  # noqa: PLR2004, RUF021 - a name, no headline
            passed.append((url, "has no words of its own"))
            continue
        found.append(Story(url=url, title=title, html=block.html, sure=not opaque(url)))
    passed += [(url, f"beyond the first {MOST} links of the mail") for url in list(targets)[MOST:]]
    return found, passed


def online(markup: str) -> str:
    """Where the mail itself can be read on the web, as its own link "view in browser" says; "" when it has none."""
    root = _parsed(markup)
    for anchor in root.iter("a") if root is not None else ():
        if re.search(r"browser|online|web ?version|on the web|im web", _text(anchor), re.IGNORECASE):
            url = unwrapped(_href(anchor))
            if url.startswith("http") and not opaque(url):
                return url
    return ""


def _parsed(markup: str) -> etree._Element | None:
    try:
        return etree.fromstring(markup.replace("\0", "").encode("utf-8", "replace"), html_parser("utf-8"))
    except etree.LxmlError:
        return None


def _links(root: etree._Element) -> tuple[list[_Link], list[tuple[str, str]]]:
    """The links that may be stories, and those that are a newsletter's chores."""
    kept, passed = [], []
    for anchor in root.iter("a"):
        url = unwrapped(_href(anchor))
        if not url.lower().startswith(("http://", "https://")):
            continue
        text = _text(anchor)
        if _chore(url, text):
            passed.append((url, "is one of the newsletter's own chores"))
        else:
            kept.append(_Link(anchor, url, text))
    return kept, passed


def _chore(url: str, text: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    social = _SOCIAL.search(parts.hostname or "") and (len(text) < 25 or _CHORE_PATHS.search(url))  # noqa: PLR2004 - shorter than a headline
    front = not parts.path.strip("/") and not parts.query and len(text) < 25  # noqa: PLR2004 - as above
    return bool(social or front or _CHORE_PATHS.search(url) or (len(text) < 80 and _CHORES.search(text)))  # noqa: PLR2004 - a chore is named in a few words


class _Plan:
    """Of every element of a mail: how much it holds and whose links. Counted once, however deep or wide the mail is."""

    def __init__(self, root: etree._Element, links: Mapping[etree._Element, str]) -> None:
        self._letters: dict[etree._Element, int] = {}
        self._elements: dict[etree._Element, int] = {}
        self._owners: dict[etree._Element, str] = {}  # "" nobody, _MANY more than one
        self._headed: dict[etree._Element, bool] = {}
        for _, element in etree.iterwalk(root, events=("end",)):
            inner = list(element)
            self._letters[element] = len((element.text or "").strip()) + sum(
                self._letters[e] + len((e.tail or "").strip()) for e in inner
            )
            self._elements[element] = 1 + sum(self._elements[e] for e in inner)
            owners = {self._owners[e] for e in inner} | {links.get(element, "")}
            owners.discard("")
            self._owners[element] = next(iter(owners)) if len(owners) == 1 else _MANY if owners else ""
            self._headed[element] = any(e.tag in _HEADINGS or self._headed[e] for e in inner)

    def size(self, element: etree._Element) -> int:
        """Letters in an element; one of very many parts counts as too large."""
        return self._letters[element] if self._elements[element] <= _PARTS else _LONGEST_BLOCK + 1

    def taken(self, element: etree._Element, url: str) -> bool:
        """Whether another story's link is in it."""
        return self._owners[element] not in ("", url)

    def headed(self, element: etree._Element) -> bool:
        """Whether a heading is in it, or it is one."""
        return element.tag in _ENDS or self._headed[element]


class _Block:
    """The words that belong to a link."""

    def __init__(self, links: list[_Link], url: str, plan: _Plan) -> None:
        self._url, self._plan = url, plan
        named = [link for link in links if not _GENERIC.fullmatch(link.text)]
        main = max(named or links[:1], key=lambda link: len(link.text))
        self._own = main.text if named else ""
        self._top = self._climbed(main.element)
        self._rest = [] if plan.size(self._top) > _LONGEST_BLOCK / 2 else list(self._following())
        around = main.element.getparent()
        if self._top is main.element and around is not None:  # a link in the midst of a sentence takes the sentence along
            self._rest = []
            self._top = around if plan.size(around) <= _LONGEST_BLOCK else main.element
        before = self._top.getprevious()
        short = before is not None and plan.size(before) < 40  # noqa: PLR2004 - a label, no paragraph
        self.label = _text(before) if before is not None and short else ""
        self._lead = [] if named or plan.headed(self._top) else self._leading()
        self.html = "\n".join(_markup(e) for e in (*self._lead, self._top, *self._rest))
        self.text = one_line(plain_text(self.html))

    def title(self) -> str:
        """The link's own words; where they are few, a heading, what is set in bold, or the sentence they stand in."""
        if _tells(self._own):
            return self._own[:300]
        for part in (*self._lead, self._top):
            for name in (*_HEADINGS, "strong", "b"):
                words = next((t for e in part.iter(name) if _tells(t := _text(e))), "")
                if words:
                    return words[:300]
        sentences = [one_line(t) for t in re.split(r"(?<=[.!?])\s+|(?<=[。！？])|\n+", plain_text(self.html))]
        sentence = next((t for t in sentences if (self._own in t if self._own else _tells(t))), self.text)
        return sentence if len(sentence) <= 200 else f"{sentence[:199].rsplit(' ', 1)[0]} …"  # noqa: PLR2004 - a long headline

    def _leading(self) -> list[etree._Element]:
        """What comes before a link that says no more than "read more", up to its heading or the story before."""
        found: list[etree._Element] = []
        for before in islice(self._top.itersiblings(preceding=True), 4):
            if self._plan.taken(before, self._url) or self._plan.size(before) > _LONGEST_BLOCK:
                break
            found.insert(0, before)
            if self._plan.headed(before):
                return found
        return [] if _tells(re.sub(r"\S*://\S*", "", _text(self._top))) else found

    def _climbed(self, anchor: etree._Element) -> etree._Element:
        top = anchor
        while (above := top.getparent()) is not None and above.tag not in _TOPS:
            if self._plan.taken(above, self._url) or self._plan.size(above) > _LONGEST_BLOCK:
                break
            top = above
        return top

    def _following(self) -> Iterator[etree._Element]:
        """What comes after the block and is nobody else's: a headline's teaser."""
        size = self._plan.size(self._top)
        for after in islice(self._top.itersiblings(), 60):
            size += self._plan.size(after)
            if size > _LONGEST_BLOCK or self._plan.taken(after, self._url) or self._plan.headed(after):
                return
            if _SPONSORED.search(_text(after)[:_FEW]) or _chores_only(after):
                return
            yield after


def _tells(words: str) -> bool:
    """Whether words are enough to be a headline."""
    few = len(words) < 20 and len(words.split()) < 4  # noqa: PLR2004 - "this paper", "Policy"
    return not few or (not words.isascii() and len(words) >= 8)  # noqa: PLR2004 - a script that says more with less


def _chores_only(element: etree._Element) -> bool:
    return any(_CHORES.search(_text(a)) for a in element.iter("a"))


def _href(anchor: etree._Element) -> str:
    return re.sub(r"[\x00-\x20\x7f]+", "", anchor.get("href") or "")


def _text(element: etree._Element) -> str:
    """The words of an element; of a link that is a picture, the picture's description."""
    words = " ".join("".join(map(str, element.itertext())).split())
    return words or " ".join(alt for image in element.iter("img") if (alt := image.get("alt")))


def _markup(element: etree._Element) -> str:
    markup: str = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    return markup
