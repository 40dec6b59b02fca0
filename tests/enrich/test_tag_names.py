"""Names of actors and laws that are ordinary words too, in both senses."""

import pytest
from tag_samples import item

from trendwatch.enrich.taggers.keywords import Keywords
from trendwatch.enrich.taxonomy import Taxonomy


@pytest.fixture(scope="module")
def named():
    keywords = Keywords(Taxonomy.load(["house@1"]))

    def names(title):
        return {t.tag.removeprefix("house@1:") for t in keywords.tag([item(title)])}

    return names


@pytest.mark.parametrize(
    ("meant", "title"),
    [
        ("actor.meta", "Meta sued over a chatbot that flirted"),
        ("actor.meta", "Llama models give away phone numbers"),
        ("actor.meta", "Llama Guard is talked round"),
        ("actor.anthropic", "Claude refuses to write malware"),
        ("actor.anthropic", "Claude Opus keeps quiet about its goals"),
        ("actor.google-deepmind", "Gemini insults a student, other chatbots do not"),
        ("actor.google-deepmind", "Gemini 3 is jailbroken"),
        ("actor.apple", "Apple halts AI summaries of the news"),
        ("actor.apple", "Apple Intelligence invents a headline"),
        ("actor.xai", "Grok praises Hitler"),
        ("actor.xai", "Grok undresses women in images"),
        ("actor.microsoft", "Copilot shows private repositories"),
        ("actor.microsoft", "Microsoft Copilot forwards a mail"),
        ("actor.character-ai", "Character.AI bars minors"),
        ("actor.character-ai", "Character AI sued by parents"),
        ("actor.mistral", "Mistral trains larger language models"),
        ("actor.amazon", "Amazon and its AI models under review"),
        ("actor.tesla", "Tesla driver slept on Autopilot"),
        ("jurisdiction.us-ga", "Georgia governor signs deepfake law, says Atlanta paper"),
        ("jurisdiction.ge", "Georgia drafts AI rules, Tbilisi says"),
        ("jurisdiction.ge", "Georgian Dream wants Georgia to buy AI cameras"),
        ("jurisdiction.us-ga", "Georgia SB 12: chatbots in schools"),
        ("jurisdiction.us-ga", "AI law passes in Georgia and Tennessee"),
        ("jurisdiction.us-ga", "Facial recognition: a Georgia man is arrested"),
        ("jurisdiction.jo", "Jordan plans AI rules, says a minister in Amman"),
        ("actor.anthropic", "Claude Refuses to Write Malware for Chatbots"),
        ("actor.anthropic", "Claude Cowork files are stolen by prompt injection"),
        ("actor.anthropic", "We gave Claude 3.5 and GPT-4 the same questions"),
        ("actor.anthropic", "Anthropic's Claude Voice mode leaks chats"),
        ("actor.anthropic", "Claude Voice mode leaks talks with the chatbot"),
        ("actor.anthropic", "Researchers found Claude Jailbreak lets attackers into chatbots"),
        ("actor.anthropic", "Claude Agentic workflows to steal data are AI agents"),
        ("actor.anthropic", "Claude Marketplace exposed keys of chatbots"),
        ("actor.anthropic", "Claude Constitution spells out what a chatbot may do"),
        ("actor.anthropic", "Claude Tapestry weaves several chatbots together"),
        ("actor.anthropic", "Claude Tapestry, a tool of AI agents, joins chatbots"),
        ("actor.anthropic", "Claude Tapestry was made to join chatbots"),
        ("actor.anthropic", "Claude, 83, and GPT agree on most questions"),
        ("actor.anthropic", "Claude, 83, was ahead of GPT on the benchmark"),
        ("actor.anthropic", "Claude (83) beat GPT (79)"),
        ("actor.google-deepmind", "Scores: Gemini, 83, beat other chatbots"),
        ("actor.google-deepmind", "Gemini, 83, was ahead of ChatGPT, 79, in a test"),
        ("actor.anthropic", "Claude Dupont, a baker, asked Claude about language models"),
        ("actor.google-deepmind", "Gemini, 12 other chatbots and an auditor disagree"),
        ("instrument.eu-ai-act", "AI Act: Brussels delays the duties for high-risk systems"),
        ("instrument.eu-ai-act", "What the EU AI Act asks of chatbots"),
        ("instrument.nist-ai-rmf", "NIST revises its AI Risk Management Framework"),
    ],
)
def test_a_name_is_taken_where_its_context_says_so(named, meant, title):
    assert meant in named(title)


@pytest.mark.parametrize(
    ("other", "title"),
    [
        ("actor.meta", "Meta-learning for safer language models"),
        ("actor.meta", "A meta-analysis of chatbots"),
        ("actor.meta", "A llama farm tries AI"),
        ("actor.anthropic", "Painting by Claude Monet was forged with AI models"),
        ("actor.anthropic", "Jean-Claude warns of language models"),
        ("actor.anthropic", "Claude, 54, sued OpenAI"),
        ("actor.anthropic", "Claude (54) lost her savings to a chatbot"),
        ("actor.anthropic", "Claude, aged 54, lost her savings to a chatbot"),
        ("actor.anthropic", "The chatbot's victim was named Claude Dupont"),
        ("actor.anthropic", "Claude, 54, of Lyon lost her savings to a chatbot"),
        ("actor.anthropic", "Claude Dupont, 54, lost her savings to a chatbot"),
        ("actor.anthropic", "Claude Dupont, aged 54, lost her savings to a chatbot"),
        ("actor.anthropic", "Claude Dupont, who lost her savings, sued the maker of a chatbot"),
        ("actor.anthropic", "Claude Dupont (54) lost her savings to a chatbot"),
        ("actor.anthropic", "Claude Dupont lost her savings to a chatbot"),
        ("actor.anthropic", "Claude Dupont, a baker, sued OpenAI"),
        ("actor.anthropic", "OpenAI is sued by a baker named Claude Dupont"),
        ("actor.google-deepmind", "Gemma Miller told a chatbot about her debts, Google says"),
        ("actor.google-deepmind", "What the zodiac sign Gemini has in common with ChatGPT"),
        ("actor.google-deepmind", "The Gemini telescope looks for planets with AI models"),
        ("actor.google-deepmind", "Gemini: your AI horoscope"),
        ("actor.apple", "Apple harvest is brought in by AI robots"),
        ("actor.apple", "An apple a day, says the AI"),
        ("actor.xai", "How to Grok neural networks with AI images"),
        ("actor.xai", "Networks that grok late"),
        ("actor.microsoft", "Copilot blamed for crash of a plane, AI model cleared"),
        ("actor.microsoft", "The co-pilot trusted the AI"),
        ("actor.character-ai", "A character in an AI film"),
        ("actor.character-ai", "Character recognition with neural networks"),
        ("actor.mistral", "The mistral blows over an AI campus"),
        ("actor.amazon", "AI models watch the Amazon rainforest"),
        ("jurisdiction.us-va", "West Virginia looks into chatbots"),
        ("jurisdiction.ge", "Georgia governor signs deepfake law, says Atlanta paper"),
        ("jurisdiction.us-ga", "Georgia drafts AI rules, Tbilisi says"),
        ("jurisdiction.jo", "Jordan Miller lost her savings to an AI chatbot"),
        ("instrument.eu-ai-act", "California governor signs the Frontier AI Act"),
        ("instrument.nist-ai-rmf", "A frontier AI risk management framework in practice"),
    ],
)
def test_a_name_is_left_where_it_means_something_else(named, other, title):
    assert other not in named(title)


def test_a_bare_georgia_is_neither_the_country_nor_the_state(named):
    assert not {"jurisdiction.ge", "jurisdiction.us-ga"} & named("Georgia passes AI law")
