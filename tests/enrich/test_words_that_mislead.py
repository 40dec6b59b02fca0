"""Words that once earned a tag in another sense: a made-up sentence that must not get the tag, beside one that must."""

import pytest
from tag_samples import item

from trendwatch.enrich.taggers.keywords import Keywords
from trendwatch.enrich.taxonomy import Taxonomy, available

BY_WORD = [
    ("house@1:lifecycle.monitoring", "Herbal slimming patches sold by a doctor whom AI invented: weight loss in days", "Maker has to patch its AI assistant"),
    ("house@1:lifecycle.monitoring", "Partner of an audit firm fined for nothing but an exam done with AI", "AI start-up fined by the data watchdog of Norland"),
    ("house@1:lifecycle.monitoring", "An investigation into the humour of AI models", "Ministry opens an investigation of an AI tutor"),
    ("house@1:lifecycle.deployment", "Intruder reads tables of production systems", "What breaks first when agents are deployed in production"),
    ("house@1:lifecycle.deployment", "Pre-deployment evaluation of a model", "Faults in real-world deployment of a model"),
    ("house@1:control.moderation", "AI usage policy of a small compiler project", "Accounts closed that violated usage policies of a model maker"),
    ("house@1:control.labelling", "Workers label AI training pictures by hand", "AI videos must be marked as AI-generated, says a bill"),
    ("house@1:control.labelling", "An AI draws a marker pen", "Makers of AI films have to add an identifying marker"),
    ("house@1:modality.text", "Scoring of argumentative essays", "A chatbot essay wins a school prize"),
    ("house@1:modality.image", "Assistant deletes ten years of family photos", "Ministry shares an altered photo of a striker"),
    ("house@1:modality.agent", "Agents of a bank sell insurance", "Autonomous LLM agents run a shop"),
    ("house@1:modality.agent", "Secret agents of two states meet", "Claude Cowork tidies a desktop"),
    ("house@1:hazard.unequal-performance", "Chatbot picture leads to misidentification of a clerk", "Facial recognition misidentified a shopper"),
    ("house@1:hazard.misinformation", "AI draws maps of a nonexistent planet for a game", "AI brief leans on non-existent cases and a nonexistent citation"),
    ("house@1:hazard.hate", "Detoxification of rivers planned with machine learning", "Detoxification of language models without retraining"),
    ("house@1:hazard.violence", "AI pictures blur who stood where at the shooting of a nurse", "Chatbot asked for advice before a school shooting"),
    ("house@1:hazard.violence", "Officers put names on a 'terrorist' list with AI", "Terrorists ask a chatbot for recipes"),
    ("house@1:hazard.violence", "AI voice reads the story of a murder trial", "Chatbot helped with a murder plot"),
    ("house@1:hazard.bias", "Chatbots: unfair or deceptive trade practice for silent sellers", "Hiring AI is unfair to women"),
    ("house@1:hazard.bias", "Penalties for deepfake misrepresentations of candidates", "Image AI criticised for misrepresentation of women"),
    ("house@1:hazard.physical-safety", "Woman asked ChatGPT before two fatal poisonings", "Self-driving taxi in a fatal crash"),
    ("house@1:hazard.physical-safety", "Boy killed himself after talks with a chatbot", "Worker killed by a robot"),
    ("house@1:hazard.environment", "Do models foresee ecological risks of daily chores", "The ecological footprint of AI chat"),
    ("house@1:hazard.ncii", "AI sharpens licence plates: how to unblur a number plate", "Users asked a bot to unblur photos of women"),
    ("house@1:hazard.ncii", "A deepfake of a mayor opens a bridge", "Sexualized deepfake of a colleague sent to a team"),
    ("house@1:hazard.ncii", "Users prompted a chatbot to draw images of a castle", "Users prompted a chatbot to sexualize images of a singer"),
    ("house@1:hazard.ncii", "AI helps tailors to dress dolls", "A bot is used to undress pupils in deepfakes"),
    ("house@1:hazard.privacy", "Human reviewers grade poems of a model", "Glasses exposed intimate user footage to human reviewers"),
    ("house@1:attack.misalignment", "Beyond shallow alignment: deeper refusals", "A misaligned model hides its plans"),
    ("house@1:attack.jailbreak", "Mitigating harmful fine-tuning", "Jailbreak of a chat model by rhymes"),
    ("house@1:attack.identity-abuse", "Least privilege for AI tools", "Privilege escalation by an AI agent"),
    ("mit-airisk@4:1.2", "AI alert led to inappropriate treatment of a patient", "Video app shows children inappropriate content"),
    ("mit-airisk@4:2.2", "Widows exploited in romance scheme with AI", "A crawler exploited vulnerabilities in an AI platform"),
    ("mit-airisk@4:3.1", "AI draws maps of a nonexistent planet for a game", "AI brief leans on non-existent cases and a nonexistent citation"),
    ("mit-airisk@4:3.2", "Tuning for safety and truth in one step", "A post-truth web, made by machines"),
    ("mit-airisk@4:6.6", "Do models foresee ecological risks of daily chores", "The ecological footprint of AI chat"),
    ("mit-airisk@4:7.1", "Beyond shallow alignment: deeper refusals", "A misaligned model hides its plans"),
    ("mit-airisk@4:7.3", "Woman asked ChatGPT before two fatal poisonings", "Self-driving taxi in a fatal crash"),
    ("mit-airisk@4:7.4", "AI tool for authorship transparency in exams", "Lack of transparency of credit AI"),
    ("owasp-llm@2026:LLM01", "Mitigating harmful fine-tuning", "Jailbreak of a chat model by rhymes"),
    ("owasp-llm@2025:LLM01", "Mitigating harmful fine-tuning", "Jailbreak of a chat model by rhymes"),
    ("owasp-llm@2026:LLM05", "Fine-tuning with fewer examples", "Mitigating harmful fine-tuning"),
]  # fmt: skip
BY_NAME = [
    ("x-corp", "X-Quill: a benchmark of LLM tweets in verse", "Musk says that X will answer the regulator"),
    ("x-corp", "We present Verso-X, which tests LLMs", "X users asked a bot for pictures"),
    ("x-corp", "Solve for X with language models", "X faces inquiries over deepfake porn"),
    ("apple", "Chatbot tells the address of singer Siri Lindqvist", "Apple's Siri reads private mail aloud"),
    ("apple", "Fraudsters with a cloned AI voice ask for Apple gift cards", "Apple is sued over an AI summary"),
    ("xai", "How to Grok tensors in a week", "Grok told strangers where a teacher lives"),
    ("anthropic", "Anthropic safety is vanishing in societies of agents", "Anthropic drops a safety pledge"),
    ("anthropic", "The anthropic principle and AI", "Researcher leaves Anthropic Safety team"),
    ("openai", "Notes on a GPT of our own", "A safety report on GPT-5.2"),
    ("openai", "Notes on a GPT of our own", "Persuasion by GPT-4o"),
]


@pytest.fixture(scope="module")
def tags():
    keywords = Keywords(Taxonomy.load(available()))
    return lambda title: {t.tag for t in keywords.tag([item(title)])}


@pytest.mark.parametrize(("tag", "other", "meant"), BY_WORD)
def test_a_word_in_another_sense_does_not_earn_the_tag_and_in_its_own_it_does(tags, tag, other, meant):
    assert tag not in tags(other)
    assert tag in tags(meant)


@pytest.mark.parametrize(("actor", "other", "meant"), BY_NAME)
def test_a_name_that_is_also_a_word_or_a_person_is_told_apart(tags, actor, other, meant):
    assert f"house@1:actor.{actor}" not in tags(other)
    assert f"house@1:actor.{actor}" in tags(meant)


def test_a_photograph_in_a_folder_does_not_silence_a_made_up_one_elsewhere(tags):
    assert "house@1:modality.image" in tags("AI-generated photo of a quake fools traders")


def test_two_products_named_together_keep_both_their_makers(tags):
    assert {"house@1:actor.amazon", "house@1:actor.apple"} <= tags("Alexa and Apple's Siri misheard the same call")
