"""Set "c" of benchmarks/page_watch.py: written after the rules were mended on "a" and "b". The reported one."""

from __future__ import annotations

from page_watch_texts import Furniture

DOCUMENTS_C = (
    ("en", """
# Acceptable use of generative tools in schools
Circular 14 of the Education Service. It takes effect on 1 September 2026 and lapses on 31 August 2029 unless renewed.
## Who it is for
The Circular binds head teachers, teachers and every Supplier under contract. Nurseries and evening schools are not covered.
## What pupils may do
Pupils aged 13 or over can use an approved tool under supervision. Pupils may not enter names, photographs or health details. Homework written with a tool must say so on the first page.
A teacher should explain the tool before its first use and shall stop a session if a pupil is distressed.
## What a Supplier owes
- A filter for violent and sexual material
- Storage of data inside the country
- Deletion of accounts at the end of the school year
- A telephone line staffed during lessons
- Proof of testing with pupils of each age group
Each Supplier reports faults to the Service within 36 hours and repairs them in no more than 10 days. A Supplier that fails twice may be removed from the list for two years.
## Costs
| Size of school | Licence per year | Training days
| Up to 150 pupils | £600 | 1
| 151 to 800 pupils | £1,900 | 3
| More than 800 pupils | £4,200 | 5
"""),
    ("en", """
# Community standards for generated music
We want people to make music with us and to keep the trust of artists. These standards explain what stays up and what goes.
## Imitating artists
You may not upload a track that imitates the voice of a named artist. We remove such tracks within 48 hours of a report from the Rights Holder. Parody is allowed if no listener could be misled.
A “Rights Holder” is anyone who owns the recording or the song. We ask the Rights Holder for proof before we act.
## Strikes
An account receives a strike for each track that we remove. Three strikes in 12 months close the account. Strikes expire after 180 days and can be appealed once.
## Always removed
- Threats against a person or group
- Songs that praise mass murder
- Sexualised lyrics about children
- Recordings made in secret
- Jingles that mimic emergency sirens
## Young listeners
Users under 18 cannot see tracks marked explicit. Parents must confirm an account for anyone younger than 15. We never show personalised adverts to minors.
"""),
    ("en", """
# Procurement note 7: buying image generators
Departments buy image generators only through the framework. The note was issued on 22 April 2026 by the Treasury Unit.
## Before you buy
Carry out a risk assessment and send it to the Treasury Unit at least 20 working days before the tender. The Unit will reply in writing. If there is no reply within 15 working days, the department may proceed.
## Minimum terms
Every contract shall contain the following terms.
- The seller pays for claims up to 5 million euros
- Output is free of third-party logos
- Training data is disclosed to the auditor
- The buyer can leave at three months' notice
- Logs are kept for 18 months
## After you buy
Review the tool every six months. Incidents are entered in the Central Ledger on the same day. Spending above 250,000 euros needs the approval of the minister.
Departments that cannot comply should ask for a waiver, which is valid for one year and is published.
"""),
    ("fr", """
# Règlement des assistants conversationnels en mairie
Le règlement entre en vigueur le 2 novembre 2026 et concerne toutes les communes de plus de 5 000 habitants.
## Information
La mairie doit prévenir chaque usager qu'il parle à une machine. Un agent peut reprendre la conversation à tout moment.
Les demandes reçoivent une réponse sous 8 jours. La mairie devra conserver les échanges pendant 18 mois.
## Usages exclus
- Décisions sur les aides sociales
- Tri des candidatures
- Surveillance du personnel
- Réponses médicales
## Dépenses
Le conseil peut accorder une aide de 4 000 € par an. Une commune ne peut pas demander cette aide deux fois.
"""),
    ("es", """
# Normas para el uso de voces clonadas en radio
Las normas rigen desde el 20 de enero de 2027 para todas las emisoras con más de 10 trabajadores.
## Aviso
La emisora debe avisar antes de cada voz clonada. El aviso no puede durar menos de 3 segundos.
Los oyentes reciben respuesta en 9 días. La emisora deberá guardar las grabaciones durante 24 meses.
## Usos prohibidos
- Voces de personas fallecidas sin permiso
- Anuncios electorales
- Llamadas falsas a la policía
- Noticias de última hora
## Multas
El consejo podrá imponer multas de 1.500 a 20.000 euros. La emisora puede recurrir antes de 30 días.
"""),
)  # fmt: skip
CLAUSES_C = {
    "en": (
        "A parent can object without giving reasons.",
        "Results are made public each spring.",
        "No tool is used in examinations.",
        "The seller answers for its subcontractors.",
    ),
    "fr": ("Le personnel reçoit une formation.", "Les usagers peuvent demander une copie."),
    "es": ("El oyente puede pedir una copia.", "Las emisoras publican un informe."),
}
ENTRIES_C = {
    "en": ("Audio that hides commands", "Cover art showing weapons"),
    "fr": ("Conseils juridiques",),
    "es": ("Concursos con premio",),
}
FURNITURE_C = Furniture(
    site="Education Service",
    menu=("Front page", "Schools", "Circulars", "Vacancies", "Ask us"),
    other_menu=("Homepage", "For schools", "For parents", "All circulars", "Work with us", "Questions and answers"),
    foot=("Legal", "Cookie settings", "Site map", "Feedback", "RSS"),
    quotes=("“My class loves it,” says Mr Ferro, teacher in Oldham.", "“At last somebody wrote it down.” Head of a village school", "“We use it every week.” — Parents' council", "“Short and useful.” Union newsletter"),
    related_head=("Related pages", "More news", "Others also read"),
    related=("Sports day moved to June", "Five tips for a calm start", "School of the year announced", "Photographs from the fair", "Minister visits a workshop", "Summer reading list"),
    adverts=("Notebooks at half price until Sunday", "Learn the piano in 12 weeks", "Book your school trip now"),
    counters=("Viewed {n} times", "{n} reactions", "Downloaded {n} times", "{n} shares | {n} comments"),
    updated=("This page was last updated on {d}.", "Last reviewed: {d}", "Updated on {d}"),
    rendered=("{w}, {d}", "Time of access: {d}, 14:{m}", "Today: {d}"),
    ids=("Page reference: {x}", "Case no. {x}", "Session ID {x}"),
    cookies=("We value your privacy. We and our 214 partners store cookies on your device and you may withdraw at any time.", "This service uses cookies."),
    contact=("E-mail: circulars@service.example.org", "Call us on 020 7946 0555 or write to help@service.example.org."),
    walls=(
        ("error", "Not found", "This page does not exist", "Check the address or start again from the front page."),
        ("error", "Education Service", "Sorry, we can't find what you are looking for", "The circular may have been moved. Try these: schools, vacancies, forms, holidays, buses, meals. " * 5),
        ("maintenance", "Service unavailable", "We are carrying out maintenance", "Please come back after 6 in the morning."),
        ("captcha", "Human check", "Are you a robot?", "Tick the box to show that you are a person. Incident 88213."),
        ("login", "Staff portal", "Please log in", "Staff number Password Remember me"),
        ("home", "Education Service", "Good morning", "Find a school, see the holidays, read what is on the menu this week or apply for a place in a club near you. " * 6),
    ),
    withdrawn=("This circular has been withdrawn and must no longer be used.",),
)  # fmt: skip
