"""Words by which two papers of one form are told apart: months, days, seasons, counts, stages; and words that are no names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from trendwatch.enrich.lexicon import FUNCTION_WORDS, fold, stem, words

_SERIES = {
    "month": (
        "january jan januar janvier enero gennaio januari janeiro|february feb februar fevrier febrero febbraio februari fevereiro|"
        "march mar marz maerz mars marzo maart|april apr avril abril aprile|may mai mayo maggio mei maio|"
        "june jun juni juin junio giugno junho|july jul juli juillet julio luglio julho|august aug aout agosto|"
        "september sept sep septembre septiembre settembre setembro|october oct oktober octobre octubre ottobre outubro|"
        "november nov novembre noviembre novembro|december dec dezember decembre diciembre dicembre dezembro"
    ),
    "weekday": "monday mon|tuesday tue tues|wednesday wed|thursday thu thur thurs|friday fri|saturday sat|sunday sun",
    "season": "spring|summer|autumn fall|winter",
    "time of day": "morning am|noon midday|afternoon|evening pm|night overnight",
    "period": "daily|weekly|fortnightly biweekly|monthly|quarterly|semiannual biannual|annual yearly annually|biennial",
    "chamber": "house hb|senate sb|assembly ab|commons|lords",
    "stage": "draft proposed|preliminary provisional|interim|final",
}
_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
_CARDINALS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty"
)
SERIES: Mapping[str, tuple[str, str]] = {
    word: (series, group.split()[0])
    for series, groups in _SERIES.items()
    for group in groups.split("|")
    for word in group.split()
} | {word: ("number", str(n)) for listed in (_ORDINALS, _CARDINALS) for n, word in enumerate(listed.split())}
MONTHS: Mapping[str, int] = {word: n for n, group in enumerate(_SERIES["month"].split("|"), 1) for word in group.split()}

_CAPITAL = "may march mar jan jun dec sep oct nov feb mon tue wed thu fri sat sun am pm"
CAPITAL = frozenset(_CAPITAL.split())  # words of another meaning where they are written small
ROMAN = re.compile(r"(?=[IVX])(X{0,3})(IX|IV|V?I{0,3})")
_UNITS = {"": 0, "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9}
COUNTED = re.compile(r"[qh]?0*(\d+)(?:st|nd|rd|th|q|h)?")  # "7", "07", "7th", "Q2", "2Q", "H1"
_PARTS = (
    "no nr number act annex annexe appendix article attachment batch book category chapter class edition episode exhibit grade group issue "
    "level option part phase plan round schedule section session stage step tier title track type vol volume wave"
)
PARTS = frozenset(_PARTS.split())  # after these a single letter is a number

_COMMON = (
    "access account action advance adversary advice age agency agenda agent aid air alert algorithm alignment answer app "
    "approach area art article artificial assault assistant attack audit author authority backdoor bank base basic behavior "
    "behaviour benchmark best better bias big bill black blog board body book bot brain brief broad building bulletin "
    "business call campaign capital car card care case cause center central centre chain challenge change channel charge "
    "chat chatbot check child children circular citizen city claim class client clinic clone cloud code college comment "
    "commission committee common community company complaint computer concern conduct content contest context contract "
    "control cost council country county court craft crime crisis cross cup custom cyber damage danger data deal death "
    "debate deep deepfake defence defense demand design detail detector device dialogue digital director doctor document "
    "domain draft drive driver early easy edge effect effort election email end engine error event evidence exam example "
    "exchange expert exploit face fact factor failure fair fake false family farm fast fault favor fee field file filter "
    "fine firm first five flaw food force forecast form foundation frame framework fraud free front full fund future gap "
    "gate general gift global goal good government graph great green ground group growth guard guide guideline half hand "
    "hard harm hate health hidden high history home hospital hotel house human idea image impact incident index industry "
    "input insight intelligence international internet issue jailbreak job joint judge key kind knowledge label labor "
    "labour lack language large late law leak learn learner legal lesson letter level library life light limit line link "
    "list local logic long loss loud low lower machine mail major man manual many map mark market mask mass measure media "
    "medical meeting member memo memory message method metric mind minister ministry minor mission misuse mobile mode model "
    "module monitor more motor multi music name nation national natural need net network neural new news next night noise "
    "note notice novel number object offer office official old online open opinion order organ origin outage outline output "
    "page panel paper parent park part party patch path patient pattern people person persona phone photo picture pilot "
    "place plan plant platform play player plug point poison police policy poll pool poor port power practice prefix press "
    "price principle prison privacy private problem process product profile program programme progress project prompt proof "
    "public pupil purpose quality question quick quiet race radio rail range rate read reason recall record red regime "
    "region register regulator release relief remark report request research residents resource response rest result retail "
    "review right rise risk road robot robust role room root rule safe safer safety sale sample scale scam scandal scene "
    "scheme school science scope score screen sea search secret sector secure self sense sensor sequence series server "
    "service session set shadow shape share sheet shift ship shop short shot side sight sign signal silent simple single "
    "site skill slow small smart social society soft software solution sound source space speech speed spill staff stage "
    "standard star state station step still stock store storm story strategy stream street stress strong structure student "
    "study style subject success suffix summary support surface survey switch system table tale talk target task tax "
    "teacher team technique technology teen test text theft theory thing thought threat three time token tool top topic "
    "toward towards town trace track trade train transfer transport treasurer treat tree trend trial trick trip trojan "
    "trouble true trust truth tune tutor two type union unit university update use user value vehicle vendor verse version "
    "victim video view virtual virus vision voice voter vulnerable wall war warn watch water watermark way weak weapon "
    "weather web week weight white wide wild window woman women word work worker workplace workshop world worm young youth"
)
COMMON = frozenset(words(_COMMON)) | {stem(word) for word in FUNCTION_WORDS}
ENDINGS = re.compile(
    r"\w{2,}(?:ing|tions?|sions?|ments?|ness|ity|ities|ives?|ed|ly|ous|able|ible|isms?|ics?|[in]al|ical|olog(?:y|ies)|ful|less|i[sz]e[sd]?|ships?)"
)
_NAMED = (
    "adriatic ahmed alfred arctic arsenal atlantic baltic beijing beverly billy blaise boeing browning carolina cedric "
    "charity chongqing clive denise dominic elise emily eric felicity fleming fred frederic germany golding guinness "
    "harding inverness italy keating kelly kimberly lily louise ludovic maldives manning mildred mohammed molly montreal "
    "nanjing olive pacific reading reed sally sicily spalding sterling titanic trinity verity virginia winifred wyoming"
)
NAMED = frozenset(_NAMED.split())  # names with such an ending
_GENERIC = "ai genai llm lm slm vlm mllm lvlm lmm gpt nlp ml rag model agent assistant chatbot bot"
GENERIC = frozenset(_GENERIC.split())  # stems; what a field calls its matter, by one word as by another, is no name in any case
_LANDS = (
    "us usa america american unitedstates unitedstatesamerica unitstat|"  # and as stems
    "uk britain british greatbritain unitedkingdom unitkingdom|eu europe european europeanunion unioneuropean"
)
LANDS: Mapping[str, str] = {said: group.split()[0] for group in _LANDS.split("|") for said in group.split()}
_LAND_LETTERS = frozenset({"us", "u", "s", "a", "k", "e"})  # of "US", "U.K."


def number(token: str, before: str) -> str:
    """The number that a word of a title stands for, "" when none: "7", "Q2", "second", "III"; "I" or "V" after "part" only."""
    flat = fold(token)
    if counted := COUNTED.fullmatch(flat):
        return counted.group(1)
    series, value = SERIES.get(flat, ("", ""))
    if series == "number":
        return value
    after_part = fold(before) in PARTS
    roman = ROMAN.fullmatch(token.upper() if after_part else token)
    return str(10 * len(roman.group(1)) + _UNITS[roman.group(2)]) if roman and (after_part or len(token) > 1) else ""


def values(tokens: Sequence[str]) -> dict[str, frozenset[str]]:
    """The values of a title's words by their series: {"month": {"may"}, "number": {"2026"}}."""
    found: dict[str, set[str]] = {}
    for before, token in zip(("", *tokens), tokens, strict=False):
        flat = fold(token)
        if count := number(token, before):
            found.setdefault("number", set()).add(count)
        elif flat in SERIES and (flat not in CAPITAL or token[0].isupper()):
            series, value = SERIES[flat]
            found.setdefault(series, set()).add(value)
        elif len(token) == 1 and fold(before) in PARTS:
            found.setdefault("letter", set()).add(flat)
    return {series: frozenset(held) for series, held in found.items()}


def common(word: str) -> bool:
    """Whether a folded word is one of the language rather than a name, by a list and by endings: a guess where case does not tell."""
    return stem(word) in COMMON or (word not in NAMED and ENDINGS.fullmatch(word) is not None)


def generic(word: str, title: str) -> bool:
    """Whether a folded word is what a field calls its matter. With a number it names a product: "GPT-4"."""
    return stem(word) in GENERIC and not re.search(rf"\b{re.escape(word)}\W?\d", title, re.IGNORECASE)


def land(span: Sequence[str]) -> str:
    """The land that folded words say and nothing else, "" when they say none: "us" for "the United States"."""
    return LANDS.get("".join(word for word in span if word in _LAND_LETTERS or word not in FUNCTION_WORDS), "")


def usual(word: str) -> str:
    """The word that stands for all of one meaning in a series: "september" for "Sept". Others, and numbers, as they are."""
    series, value = SERIES.get(fold(word), ("number", ""))
    return word if series == "number" else value
