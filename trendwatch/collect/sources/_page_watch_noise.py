"""What a watched page shows that is not its text: by the element that holds it, and by its words.

Names (class, id, role, tag) say it first; an element that holds over a third of the page's words is never taken for furniture,
whatever its name, nor is one that says that the text was withdrawn. Words say it where names do not: counters, the day of
rendering, "last updated", copyright, buttons, switchers of language, headings such as "Related articles".
Wrong when a rotating block has neither a telling name nor a telling heading: then only `ignore` keeps it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bs4 import Tag

GONE = frozenset(
    (  # noqa: SIM905 - a list would take a line a word
        "script style noscript template iframe object embed svg canvas audio video button select textarea input nav aside dialog "
        "map progress meter datalist"
    ).split()
)
_ROLES = frozenset(
    "navigation banner contentinfo complementary search dialog alertdialog menu menubar tablist toolbar status timer log marquee".split()  # noqa: SIM905 - as above
)
_NAMES = frozenset(
    (  # noqa: SIM905 - as above
        "cookie cookies consent gdpr onetrust cmp nav navbar navigation topnav subnav sitenav menu menus breadcrumb breadcrumbs crumbs "
        "crumb footer foot masthead topbar sidebar rail share sharing social socials related recommended recommendations recirc promo "
        "promos advert adverts advertisement ad ads adsense sponsor sponsored newsletter subscribe signup popup modal overlay lightbox "
        "comments commentlist disqus pagination pager toc tableofcontents lang langs language languages locale langswitch testimonial "
        "testimonials carousel slider swiper rotator rotating teaser teasers latest trending popular mostread skip skiplink print "
        "feedback widget ticker counter viewcount views likes reactions upsell cta toolbar login account basket cart search searchbox "
        "announcement weather clock lastupdated lastmodified timestamp copyright legalnotice utility"
    ).split()
)
_LAYOUT = re.compile(r"(?:^|[-_])(?:has|with|no|is|js|without|menuless)[-_]")
_WITHDRAWN = re.compile(
    r"withdrawn|superseded|repealed|no longer (?:in force|applies|valid)|has been replaced|aufgehoben|außer Kraft|abrogé|derogad|abrogat",
    re.IGNORECASE,
)
_RELATED = re.compile(
    r"(?:(?:related|similar|recommended|featured|popular|recent|latest|more|most read|trending|other)\s+"
    r"(?:content|articles?|posts?|stories|news|pages?|reading|links|topics|items|from .{2,30}|on this topic|insights|events|updates|videos?)"
    r"|you (?:may|might) (?:also )?(?:like|be interested in)|read (?:more|next|also)|(?:others?|readers|people|visitors|users) (?:have )?(?:also )?(?:read|viewed|liked|visited|looked at).{0,20}|see also|what'?s new|in the news|most read|"
    r"what (?:our )?(?:customers|clients|users|people|members|readers) (?:are )?say(?:ing)?.{0,20}|testimonials?|(?:customer|success) stor(?:y|ies)|"
    r"from (?:our|the) (?:blog|newsroom|community)|upcoming events?|events|news|follow us|share this.{0,20}|on this page|contents|"
    r"table of contents|in this (?:section|guide|document)|comments?(?: \(\d+\))?|\d+ (?:comments|responses|replies)|leave a (?:reply|comment)|"
    r"advertisement|sponsored|newsletter|stay (?:informed|up to date|in touch)|subscribe.{0,40}|sign up.{0,40}|explore more|keep reading|"
    r"ähnliche (?:artikel|beiträge|themen)|verwandte (?:artikel|themen)|aktuelles|neueste (?:beiträge|nachrichten)|das könnte .{2,30}|mehr zum thema|"
    r"articles? (?:liés|similaires|connexes)|à lire aussi|dernières (?:actualités|nouvelles)|actualités|sur le même (?:sujet|thème)|"
    r"artículos relacionados|noticias relacionadas|últimas noticias|te puede interesar|lo más leído|"
    r"articoli correlati|ultime notizie|potrebbe interessarti|leggi anche)\s*[:…]?",
    re.IGNORECASE,
)
_N = r"\d[\d.,\s’']*[km]?\+?"
_DAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+|(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag),?\s+)?"
    r"(?:(?:the\s+)?\d{1,2}(?:st|nd|rd|th|\.|er)?\s+(?:de\s+|of\s+)?[^\W\d_]{3,10}\.?,?\s+(?:de\s+)?\d{4}|[^\W\d_]{3,10}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}|"
    r"\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})"
)
_TIME = r"(?:,?\s*(?:at|um|à|a las|alle|t)?\s*\d{1,2}[:.h]\d\d(?:[:.]\d\d)?(?:\s*(?:am|pm|uhr|z|[a-z]{2,4}))?)"
_NOISE = re.compile(
    rf"(?:(?:total\s+)?{_N}\s*(?:views?|visits?|visitors?|reads?|readers?|comments?|likes?|shares?|downloads?|replies|followers|votes?|"
    r"people (?:found|like|read|are) .{2,40}|min(?:ute)?s?\.? read|mins?|aufrufe|kommentare?|vues|commentaires?|visitas|comentarios|"
    r"visualizzazioni|commenti|online now|of \d+ people .{2,40})(?:\s+(?:today|so far|this week|and counting))?"
    rf"|(?:page\s+)?(?:views?|visits?|visitors?|downloads?|shares?|likes?|comments?|reading time|read time|hits|lesezeit|aufrufe|vues|visitas)[^:\d]{{0,15}}:?\s*\(?{_N}\)?(?:\s*min.{{0,8}})?"
    r"|(?:(?:page|this page|content|this document|document|text)\s+)?(?:was\s+|has been\s+)?(?:last\s+)?(?:updated|reviewed|modified|revised|changed|edited|generated|rendered|"
    r"printed|retrieved|accessed|checked|published|posted|date of (?:last )?(?:update|review)|update|revision|review)(?:\s+(?:date|on|at|in))?\s*[:\-–]?\s*"
    rf"(?:{_DAY}|[^\W\d_]{{3,10}} \d{{4}}){_TIME}?(?:\s+by .{{2,40}})?"
    rf"|(?:stand|zuletzt (?:aktualisiert|geändert)(?: am)?|letzte (?:aktualisierung|änderung)|(?:dernière )?mise à jour(?: le)?|mis à jour le|"
    rf"última (?:actualización|modificación)|actualizado el|ultimo aggiornamento|aggiornato il)\s*:?\s*(?:{_DAY}|[^\W\d_]{{3,10}} \d{{4}}){_TIME}?"
    rf"|(?:today(?: is|:)?|it is|current (?:date|time)|server time|local time|heute ist|nous sommes le|now)\s*:?\s*(?:{_DAY})?{_TIME}?"
    rf"|(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+{_DAY}{_TIME}?|{_DAY}{_TIME}"
    r"|.{0,20}(?:©|\(c\)|copyright)\s*\d{4}.{0,120}|.{0,60}all rights reserved\.?"
    r"|(?:session|request|reference|ray|trace|correlation|incident|support|page|build|event|visitor)(?:\s+(?:id|no\.?|number|code|ref))?\s*[:#]\s*\S*\d\S*"
    r"|(?:version|build|release|v)\.?\s*\d+(?:\.\d+)*(?:\s*[,(|–-].{0,60})?"
    r"|skip to .{2,30}|back to (?:the )?(?:top|list|overview|search)|top of page|print(?: this)?(?: page)?|share(?: this)?(?: (?:page|article|on .{1,20}))?|"
    r"download(?: (?:as|the|this))?(?: (?:pdf|page|document|file))?.{0,25}|read more.{0,3}|show (?:more|less|all)|expand(?: all)?|collapse(?: all)?|"
    r"was this (?:page|article|information) (?:helpful|useful)\??.{0,20}|yes|no|yes no|save|close|menu|search|home|login|log in|sign in|register|"
    r"(?:accept|reject|allow|decline)(?: all)?(?: cookies)?|manage (?:cookies|preferences)|cookie settings|"
    r"thank(?:s| you) for your feedback.?|report a problem with this page|give feedback.{0,20}|listen(?: to this (?:page|article))?|"
    r"nach oben|drucken|teilen|haut de page|imprimer|partager|volver arriba|imprimir|compartir|torna su|stampa|condividi|copy link|email(?: this)?(?: page)?)",
    re.IGNORECASE,
)
_COOKIES = re.compile(
    r"\b(?:we|this (?:site|website)|our (?:site|website|partners))\b.{0,60}\buses?\b.{0,30}\bcookies\b", re.IGNORECASE
)
_CRUMBS = re.compile(
    r"(?:you are here:?\s*)?(?:home|start|startseite|accueil|inicio)\s*(?:[>›»/|→].{1,80}){1,8}", re.IGNORECASE
)
_LANGUAGES = frozenset(
    (  # noqa: SIM905 - as above
        "english deutsch français francais español espanol italiano português nederlands polski svenska dansk suomi norsk čeština magyar "
        "română български ελληνικά eesti latviešu lietuvių slovenčina slovenščina hrvatski malti gaeilge türkçe русский українська 日本語 "
        "中文 한국어 العربية עברית cymraeg en de fr es it pt nl pl sv da fi"
    ).split()
)
_SITE_LINKS = frozenset(
    (  # noqa: SIM905 - as above
        "home about contact us privacy imprint impressum terms cookies accessibility sitemap careers jobs press news blog help support "
        "login search faq legal policies services products team events media shop account topics library datenschutz kontakt presse "
        "karriere mentions légales contacto aviso legal contatti our work with the of and use statement notice policy"
    ).split()
)
_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+\.\w+|(?:\+\d|\b0)\d[\d\s()/.-]{6,}\d|\b(?:p\.?\s?o\.? box|postfach|street|straße|avenue)\b", re.IGNORECASE
)


def furniture(element: Tag) -> bool:
    """Whether an element's names say that it is not the page's text."""
    if element.name in GONE or "hidden" in element.attrs or str(element.get("role") or "").lower() in _ROLES:
        return True
    if re.search(r"display\s*:\s*none|visibility\s*:\s*hidden", str(element.get("style") or ""), re.IGNORECASE):
        return True
    if element.name in {"blockquote", "figure"} and element.find(["cite", "footer", "figcaption"]) and _speaks(element):
        return True
    return any(word in _NAMES for name in _names(element) for word in _words(name))


def _speaks(element: Tag) -> bool:
    """Whether it is somebody's voice, with a name under it, and not a rule that is quoted."""
    return element.name == "blockquote" or element.find(["blockquote", "q"]) is not None


def _names(element: Tag) -> Iterable[str]:
    given = element.get("class")
    yield from given if isinstance(given, list) else [given or ""]
    yield str(element.get("id") or "")


def _words(name: str) -> list[str]:
    """The words of a class or id, none for one that tells of the layout: `has-sidebar`, `no-ads`."""
    if _LAYOUT.search(name):
        return []
    parts = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower().replace("_", "-").split("-")
    return [*parts, "".join(parts)]


def withdrawn(text: str) -> bool:
    """Whether a notice says that the text no longer counts: the most important change there is."""
    return bool(_WITHDRAWN.search(text))


def starts_furniture(heading: str) -> bool:
    """Whether a heading announces what is not the page's text: related articles, news, testimonials, comments."""
    return len(heading) < 80 and bool(_RELATED.fullmatch(heading.strip().rstrip(".:")))  # noqa: PLR2004 - a heading


def noise(text: str) -> bool:
    """Whether a whole passage is a counter, a date of rendering, a button, a trail of crumbs, languages."""
    text = text.strip(" \t\n|·•.–-")
    if not text or not any(map(str.isalnum, text)):
        return True
    if len(text) > 200:  # noqa: PLR2004 - the longest of them is a copyright line
        return False
    parts = [part for part in re.split(r"\s*[|·•]\s*", text) if part]
    if all(_NOISE.fullmatch(part) or _language(part) for part in parts):
        return True
    return bool(_CRUMBS.fullmatch(text)) or (len(parts) > 1 and _languages(text)) or bool(_COOKIES.search(text))


def _language(text: str) -> bool:
    return len(text) > 2 and text.casefold() in _LANGUAGES  # noqa: PLR2004 - a code alone may be a word


def _languages(text: str) -> bool:
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return bool(words) and all(word in _LANGUAGES for word in words)


def contact(text: str) -> bool:
    """Whether a passage only says where to write or call."""
    return len(text.split()) <= 25 and bool(_CONTACT.search(text))  # noqa: PLR2004 - one line


def site_links(labels: Sequence[str]) -> bool:
    """Whether a list of links is a site's own menu: at least half of its labels are such as every site has, or languages."""
    labels = [label for label in labels if label]
    own = sum(1 for label in labels if set(re.findall(r"[^\W\d_]+", label.casefold())) <= _SITE_LINKS or _languages(label))
    return len(labels) >= 3 and own * 2 >= len(labels)  # noqa: PLR2004 - two links are no menu
