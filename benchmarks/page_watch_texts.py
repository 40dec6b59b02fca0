"""The texts of benchmarks/page_watch.py: two sets of documents and of page furniture, made up by us, worded apart.

A document is written in a small markup: `# title`, `## heading`, `- entry`, `| cell | cell`, else a paragraph. Set "a" was for
development, "b" was written beside it and first run when "a" was right.
"""

from __future__ import annotations

from dataclasses import dataclass

DOCUMENTS_A = (
    ("en", """
# Policy on synthetic images
This policy applies from 1 March 2026 to every Member that publishes pictures. It replaces the rules of 2024.
## 1. Marking
A Member must mark each synthetic picture before it is published. The mark shall be visible at a size of at least 24 pixels. It should not cover more than 5 % of the picture.
Members may add an invisible mark as well. A mark must not be removed by anyone other than the maker.
## 2. Complaints
Complaints are answered within 14 days. Where a complaint is upheld, the picture is taken down within 24 hours and the complainant is told why.
A Member that misses either term twice in one year pays a fee of €2,500 to the Fund. The Board may waive the fee if the Member shows good cause.
## 3. What may not be shown
The following may not be published in any form:
- Pictures of minors in a sexual context
- Faces of living people without their consent
- Emblems of public bodies
- Instructions for weapons
- Scenes of self-harm
## 4. Records
Each Member keeps a record of every request for at least two years. The record is given to the Auditor on request and is deleted after thirty days once the audit has ended.
| Record | Kept for
| Prompt and picture | 24 months
| Complaint and answer | 36 months
| Log of takedowns | 60 months
"""),
    ("en", """
# Code of practice for voice services
## Purpose
This code sets out how providers of cloned voices protect speakers. It was agreed by the Voice Forum on 12 June 2025 and is reviewed every two years.
## Consent
A provider shall obtain written consent from the speaker before a voice is cloned. Consent lasts for twelve months and can be withdrawn at any time without giving reasons.
A provider may rely on consent given through an agent only if the agent shows a signed mandate. Consent of a minor is never sufficient.
## Safeguards
Providers are required to run a check against the Register of Protected Voices. Calls made with a cloned voice begin with a spoken notice of no more than 10 seconds.
- A watermark in every recording
- A limit of 50 minutes of speech per day and user
- A contact point that answers within 2 working days
- A yearly test by an independent laboratory
## Breach
If a breach is found, the provider informs the Forum within 72 hours. The Forum should publish the finding unless the speaker objects. Repeated breaches lead to exclusion for 6 months.
## Definitions
“Cloned Voice” means speech that a machine has made to sound like a living person. “Speaker” means the person whose voice is copied. The Speaker is always asked first.
"""),
    ("en", """
# Guidance on chatbots for public offices
This page lists the guidance that offices must follow when they offer a chatbot. It is kept by the Digital Desk.
## In force
- Guidance 1: Telling people that they speak to a machine
- Guidance 2: Handing over to a person
- Guidance 3: Answers on health and medicines
- Guidance 4: Keeping conversations
- Guidance 5: Languages and plain words
- Guidance 7: Children under 16
## How to use the guidance
Offices should read all guidance before a service is opened. An office that departs from it must explain why in writing. The explanation is published within 30 days.
Small offices with fewer than 20 staff are exempt from Guidance 5 until 31 December 2026. All other offices comply with every guidance.
## Help
The Digital Desk offers training twice a year. Questions are answered by desk@office.example.org or on 0123 456 7890.
"""),
    ("en", """
# Terms of use of the Pictor service
These terms bind you and Pictor Works. You accept them when you open an account.
## Your account
You must be at least 18 years old to open an account. You are responsible for all activity under your account. You may not share your password with anyone.
## Your content
You keep all rights in what you make. We may use your prompts to improve the service only if you allow it. We do not sell your prompts to advertisers.
## Payment
The fee is $12 per month and is charged in advance. You can cancel at any time, and the fee for the current month is not refunded. Prices may rise by no more than 8 percent a year.
## Ending
We may close an account that breaks these terms after giving 30 days' notice. In serious cases we close it immediately. You can appeal within 60 days, and a person will review the decision.
## Liability
Our liability is limited to the fees you paid in the last twelve months. Nothing in these terms limits liability for gross negligence.
"""),
    ("de", """
# Richtlinie für künstlich erzeugte Stimmen
Diese Richtlinie gilt ab dem 1. Mai 2026 für alle Anbieter mit mehr als 50 Beschäftigten.
## Kennzeichnung
Der Anbieter muss jede künstliche Stimme vor dem ersten Satz kennzeichnen. Die Kennzeichnung darf nicht länger als 8 Sekunden dauern.
Eine Einwilligung ist schriftlich einzuholen. Sie kann jederzeit widerrufen werden und endet spätestens nach 24 Monaten.
## Verbotene Inhalte
- Stimmen von Kindern unter 14 Jahren
- Stimmen verstorbener Personen ohne Zustimmung der Erben
- Aufrufe zu Gewalt
- Falsche Notrufe
## Beschwerden
Beschwerden werden innerhalb von 10 Tagen beantwortet. Bei Verstößen soll der Anbieter die Aufnahme löschen. Der Beirat kann eine Gebühr von 500 € festsetzen.
"""),
    ("es", """
# Código de conducta sobre imágenes sintéticas
Este código se aplica desde el 15 de abril de 2026 a todos los miembros de la asociación.
## Obligaciones
Cada miembro debe marcar toda imagen sintética antes de publicarla. La marca no puede ocupar más de un 5 % de la imagen.
Las quejas se responden en un plazo de 15 días. El miembro deberá retirar la imagen en 48 horas cuando la queja sea justificada.
## Contenidos prohibidos
- Imágenes de menores
- Rostros de personas sin su permiso
- Documentos oficiales falsos
- Escenas de violencia extrema
## Sanciones
La junta podrá imponer una multa de hasta 3.000 euros. La persona afectada puede recurrir en los 30 días siguientes.
"""),
)  # fmt: skip

DOCUMENTS_B = (
    ("en", """
# Rules for machine-written reviews
Approved by the Council on 9 September 2025. In effect from 1 January 2026.
## Article 1 Scope
These Rules cover any Operator whose shop shows reviews to more than 10,000 visitors a month. Shops run by charities are excluded.
## Article 2 Duties of the Operator
The Operator must label a review that was written by a machine. The Operator shall remove an unlabelled review within 5 working days after learning of it.
An Operator should publish the number of removed reviews each quarter. It may leave out reviews that a court has ordered to be sealed.
Staff who moderate reviews are trained for at least 16 hours before they begin, and nobody moderates for more than 4 hours without a break.
## Article 3 Evidence kept
| What | How long | Who may see it
| Original text | 18 months | Council
| Account data | 6 months | Council, police
| Decision and grounds | 5 years | anyone concerned
## Article 4 Penalties
The Council may fine an Operator up to £40,000 for a first breach and up to £90,000 for each further breach. No fine is imposed where the Operator reported the breach itself.
## Article 5 Exceptions
The Rules do not apply to:
- Satire that no reasonable reader would take for a review
- Translations made at the request of the author
- Summaries that name their sources
- Reviews in private groups of up to 100 people
"""),
    ("en", """
# Our approach to safety in video generation
We build tools that turn words into film. This statement says what our tools will refuse, what we log, and how you can object.
## What the tools refuse
Every prompt is checked before a frame is drawn. The tools always refuse prompts on the following subjects.
- Sexual content with anyone who looks younger than 21
- Named politicians in the 90 days before an election
- Attacks on places of worship
- Recipes for toxins
- Footage that claims to be news
## What we log
We retain prompts for 45 days and rendered clips for 7 days. Logs are encrypted, and only the Trust Team can open them. We never use clips from paying customers to train models.
## Objections
Anyone who appears in a clip can ask us to delete it. We decide within three working days and notify the person in writing. If we decline, an Outside Reviewer looks at the case again.
“Outside Reviewer” means a lawyer who has not worked for us in the past five years. An Outside Reviewer is paid the same whatever the outcome.
## Limits
Clips are no longer than 60 seconds. Free accounts are limited to 20 clips per week. Resolution above 1080 lines requires a verified identity.
"""),
    ("en", """
# Register of approved test methods
The Bureau approves methods for testing language models. A laboratory may only use methods that are listed here.
## Approved methods
- TM-01 Refusal of harmful requests
- TM-02 Leakage of personal data
- TM-04 Bias in ranking
- TM-05 Resistance to injected instructions
- TM-08 Truthfulness in medical answers
- TM-09 Stability under paraphrase
## Conditions
A laboratory must repeat each method at least 5 times and report the lowest score. Results older than 180 days are not accepted. The laboratory should name the version of the model.
Approval of TM-04 expires on 30 June 2027 unless the Bureau renews it. Laboratories outside the Union can apply for recognition, which costs 1,200 euros.
## Contact
Write to the Bureau at methods@bureau.example.org or call +44 20 7946 0000.
"""),
    ("en", """
# Privacy notice for the Lumen assistant
Lumen Labs runs the assistant and decides how your data is used. This notice was written for people, not for lawyers.
## What we collect
We collect what you type, what you upload and the time at which you do so. We do not collect your location unless you switch it on. Voice recordings are turned into text and erased within 15 minutes.
## Why we use it
We use your data to answer you, to find faults and to meet legal duties. We will ask for your permission before we use it for anything else.
## How long we keep it
Conversations are stored for 90 days. If you delete a conversation, copies disappear from our backups after a further 21 days. Safety reports are kept for three years.
## Who receives it
We share data with two companies that host our servers. Each Processor must sign a contract and may not pass the data on. Authorities receive data only where a judge has ordered it.
## Your rights
- See a copy of your data
- Correct what is wrong
- Have your data erased
- Object to automated decisions
You can use these rights free of charge, and we reply within one month.
"""),
    ("fr", """
# Charte des contenus générés par des machines
La présente charte est applicable à compter du 1er juin 2026 aux éditeurs de plus de 30 salariés.
## Signalement
L'éditeur doit signaler tout texte produit par une machine. Le signalement ne peut pas être placé en bas de page.
Une personne répond aux réclamations dans un délai de 12 jours. Elle peut demander l'avis du comité si le cas est difficile.
## Contenus interdits
- Propos attribués à une personne réelle
- Images de mineurs
- Conseils médicaux sans relecture
- Fausses preuves
## Contrôle
Le comité devra publier un rapport tous les 6 mois. Les éditeurs conservent les preuves pendant 3 ans et versent une cotisation de 800 €.
"""),
    ("it", """
# Linee guida per assistenti virtuali
Le linee guida si applicano dal 10 luglio 2026 a tutti gli uffici con oltre 40 dipendenti.
## Trasparenza
L'ufficio deve dichiarare che l'utente parla con una macchina. La dichiarazione non può superare le 25 parole.
Le richieste sono evase entro 20 giorni. Un funzionario può prorogare il termine una sola volta, per altri 10 giorni.
## Divieti
- Decisioni automatiche sulle prestazioni
- Raccolta di dati sulla salute
- Profilazione dei minori
- Risposte senza fonte
## Verifiche
Ogni ufficio dovrà eseguire una verifica ogni 12 mesi. Il garante può imporre una sanzione fino a 6.000 euro.
"""),
    ("de", """
# Nutzungsbedingungen des Schreibdienstes
Die Bedingungen gelten für Verträge, die nach dem 30. September 2025 geschlossen wurden.
## Konto
Wer ein Konto eröffnet, muss mindestens 16 Jahre alt sein. Das Kennwort darf nicht weitergegeben werden.
## Inhalte
Texte bleiben Eigentum der Kundschaft. Der Dienst kann Texte für höchstens 60 Tage speichern. Eine Auswertung zu Werbezwecken ist untersagt.
- Hetze und Beleidigung
- Anleitungen zum Bau von Waffen
- Erfundene Zitate lebender Menschen
- Unverlangte Werbung
## Preise
Der Preis beträgt 9 Euro im Monat. Änderungen werden 6 Wochen vorher mitgeteilt, und Kundinnen und Kunden können innerhalb von 14 Tagen kündigen.
"""),
)  # fmt: skip

NEW_CLAUSES = {
    "a": {
        "en": ("An appeal must be lodged in writing.", "Members report each incident to the Auditor by the end of the day.", "Live streams are covered as well.", "Where a child is concerned, a parent decides."),
        "de": ("Der Anbieter muss jeden Vorfall melden.", "Der Beirat tagt viermal im Jahr."),
        "es": ("El miembro debe comunicar cada incidente.", "La junta publica las sanciones."),
    },
    "b": {
        "en": ("Records are handed over in a readable format.", "A second person has to confirm each refusal.", "Resellers are bound by the same conditions.", "Tests on live users are not permitted."),
        "fr": ("Chaque incident doit être déclaré.", "Le comité entend les deux parties."),
        "it": ("Ogni incidente deve essere segnalato.", "Il garante pubblica le decisioni."),
        "de": ("Störungen sind unverzüglich zu melden.", "Kündigungen bedürfen der Textform."),
    },
}  # fmt: skip
NEW_ENTRIES = {
    "a": {"en": ("Imitation of uniforms", "Guidance 8: Voice input"), "de": ("Stimmen von Amtsträgern",), "es": ("Uso de marcas ajenas",)},
    "b": {"en": ("Impersonation of doctors", "TM-11 Safety of tool use"), "fr": ("Publicité déguisée",), "it": ("Uso di voci clonate",), "de": ("Gefälschte Ausweise",)},
}  # fmt: skip


@dataclass(frozen=True)
class Furniture:
    """What stands around a text: of one set."""

    site: str
    menu: tuple[str, ...]
    other_menu: tuple[str, ...]
    foot: tuple[str, ...]
    quotes: tuple[str, ...]  # rotate
    related_head: tuple[str, ...]
    related: tuple[str, ...]  # rotate
    adverts: tuple[str, ...]
    counters: tuple[str, ...]  # {n} is a number
    updated: tuple[str, ...]  # {d} is a date
    rendered: tuple[str, ...]
    ids: tuple[str, ...]  # {x} is an id
    cookies: tuple[str, ...]
    contact: tuple[str, ...]
    walls: tuple[tuple[str, str, str, str], ...]  # sort, title, heading, text
    withdrawn: tuple[str, ...]


FURNITURE_A = Furniture(
    site="Picture Council",
    menu=("Home", "About us", "Policies", "News", "Contact"),
    other_menu=("Start", "Who we are", "Our policies", "Newsroom", "Get in touch", "Careers"),
    foot=("Privacy", "Terms", "Accessibility", "Sitemap"),
    quotes=("This council changed how our agency works. — Ada P., editor", "Clear and fair from the first day. — Tom R., artist", "We finally know where we stand. — Lina S., publisher", "Best decision of the year. — Ola M., studio head"),
    related_head=("Related articles", "You may also like", "Latest news"),
    related=("Council elects new chair", "Ten years of marking: a look back", "Workshop in spring is sold out", "Survey shows trust in marked pictures", "Members meet in the north", "New office opens its doors"),
    adverts=("Try PixelPro free for 30 days!", "Buy two lenses, get one free", "Studio space from $99 a month"),
    counters=("{n} views", "{n} comments", "Shared {n} times · {n} likes", "{n} people found this helpful"),
    updated=("Last updated: {d}", "Page last reviewed on {d}", "Updated {d} | 4 min read"),
    rendered=("Today is {d}", "Page generated on {d} at 10:{m}", "{w}, {d}"),
    ids=("Request ID: {x}", "Session: {x}", "Ref: {x}"),
    cookies=("We use cookies to improve this site. You must accept them within 30 days or some functions may not work.", "This website uses cookies. Read our cookie policy."),
    contact=("Contact: office@council.example.org", "Questions? Write to policy@council.example.org or call 0800 123 4567."),
    walls=(
        ("error", "Page not found | Picture Council", "404", "Sorry, the page you requested could not be found. Try the search or go back to the home page."),
        ("error", "Picture Council", "Oops!", "Something went wrong. Please try again later. Popular pages: Policies, Members, Events. " * 5),
        ("maintenance", "Maintenance", "We'll be back soon", "Our site is down for scheduled maintenance. Thank you for your patience."),
        ("captcha", "Just a moment...", "Checking your browser", "Please complete the captcha to prove you are human. Ray ID: 7d1f00c2aa"),
        ("login", "Sign in", "Sign in to continue", "E-mail Password Forgot your password?"),
        ("home", "Picture Council", "Welcome to the Picture Council", "We set the standards for marked pictures. Browse our work, meet our members and read the latest from the newsroom. " * 6),
    ),
    withdrawn=("This policy was withdrawn on 2 May 2026.",),
)  # fmt: skip
FURNITURE_B = Furniture(
    site="Bureau of Model Testing",
    menu=("Welcome", "The Bureau", "Registers", "Laboratories", "Press", "Help"),
    other_menu=("Main page", "Organisation", "Lists and registers", "For laboratories", "Media", "Support", "Jobs"),
    foot=("Imprint", "Data protection", "Cookies", "Careers"),
    quotes=("“Saved us weeks of work.” Head of testing, Norwell", "“The register is the first place we look.” K. Idris, auditor", "“Simple, honest, quick.” Small lab, Eastport", "“A model of openness.” The Testing Gazette"),
    related_head=("More from the Bureau", "Recommended reading", "In the news", "What our users say"),
    related=("Director speaks at spring fair", "Photo gallery: the new hall", "Laboratory of the month: Norwell", "Podcast: what is a fair test?", "Students visit the Bureau", "Call for papers is open"),
    adverts=("Compare hosting plans and save 40 %", "Your next holiday starts at Blue Bay", "Hire testers in 48 hours"),
    counters=("Views: {n}", "{n} downloads this week", "{n} replies", "Reading time: {s} minutes"),
    updated=("Last modified {d}", "Reviewed: {d}", "Content last changed on {d}"),
    rendered=("It is {d}", "Printed on {d} 08:{m}", "Retrieved {d}"),
    ids=("Trace: {x}", "Support code: {x}", "Visitor no. {x}"),
    cookies=("Our partners and we use cookies and may keep them for 13 months. You must choose.", "Cookies help us to run this site."),
    contact=("Reach us: info@bureau.example.org, +44 20 7946 0123", "Post: Bureau, P.O. Box 77, Norwell"),
    walls=(
        ("error", "Error", "We cannot find that page", "It may have moved or never have been here. Use the menu above."),
        ("error", "Bureau of Model Testing", "This document is no longer available", "You might look at these instead: registers, laboratories, notices, forms, fees. " * 5),
        ("maintenance", "Temporarily unavailable", "Back shortly", "We are improving our systems tonight between 22:00 and 06:00."),
        ("captcha", "Security check", "One more step", "Please verify that you are not a robot before you continue to the site."),
        ("login", "Members area", "Log in", "User name Password Stay logged in Register as a new member"),
        ("home", "Bureau of Model Testing", "Testing you can trust", "The Bureau keeps the registers of the land. Find a laboratory near you, book a visit or follow our lectures online. " * 6),
    ),
    withdrawn=("The register has been replaced by the Common Register and is no longer in force.",),
)  # fmt: skip
