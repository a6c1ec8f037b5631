"""What readers, sets, labels and figures are called in the tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from nlp.vocabulary import Label, Sentiment

NAMES: Final[Mapping[str, str]] = {
    "majority": "vanligaste svaret",
    "word-sum": "ordsumma",
    "vader": "VADER på svenska",
    "tfidf": "TF-IDF, samma underlag",
    "svm": "TF-IDF och SVM",
    "frozen": "fryst kodare",
    "bert-base": "BERT base i PyTorch, i buntar",
    "bert-base-alone": "BERT base i PyTorch, en i taget",
    "test": "testdelen",
    "pairs": "svåra par",
    "replies": "svar och samtal",
    "replies.picked": "val av svar",
    "length": "svarets längd",
    "tfidf-cosine": "likhet i TF-IDF",
    "frozen-cosine": "likhet i fryst kodare",
    "emoji_only": "bara emojier",
    "lower_case": "bara små bokstäver",
    "spoken": "talspråk och slang",
    "formal": "formellt, minst 25 ord",
    "masked": "med maskade uppgifter",
    "english": "engelska",
    "other_language": "annat språk",
    "question-complaint": "fråga eller klagomål",
    "question-suggestion": "fråga eller förslag",
    "complaint-suggestion": "klagomål eller förslag",
    "question-rhetorical": "fråga eller retorisk fråga",
    "praise-complaint": "beröm eller klagomål",
    "sincere-ironic": "menat eller ironiskt",
}
"""Readers, sets, registers and contrasts; kept readers and outside sets go by their own names."""

LABEL_WORDS: Final[Mapping[Label, str]] = {
    Label.QUESTION: "fråga",
    Label.COMPLAINT: "klagomål",
    Label.SUGGESTION: "förslag",
    Label.PRAISE: "beröm",
    Label.NEEDS_REPLY: "behöver svar",
    Label.UNCIVIL: "ohövlig",
    Label.TOXIC: "kränkande",
    Label.REASONED: "motiverad",
    Label.ON_TOPIC: "hör till ämnet",
    Label.FAULT_REPORT: "felanmälan",
    Label.LEGAL_REVIEW: "bedöms enligt BBS-lagen",
    Label.PERSONAL_DATA: "personuppgifter",
}
"""The words of the glossary."""

SENTIMENT_WORDS: Final[Mapping[Sentiment, str]] = {
    Sentiment.NEGATIVE: "negativt",
    Sentiment.NEUTRAL: "neutralt",
    Sentiment.POSITIVE: "positivt",
}

FIGURES: Final = {
    "functions_macro_f1": "fråga, klagomål, förslag, beröm (macro-F1)",
    "sentiment_macro_f1": "sentiment (macro-F1)",
    **{f"{label}.f1": f"{name} (F1)" for label, name in LABEL_WORDS.items()},
    "legal_review.recall": "bedöms enligt BBS-lagen (täckning)",
    "ece_mean": "kalibreringsfel, medel",
    "ece_worst": "kalibreringsfel, värsta",
    "right_worst": "rätt av det som avgörs utan person, värsta",
    "right": "par med båda rätt",
    "grade.rho": "betyg på svar (Spearman)",
    "grade.qwk": "betyg på svar (kvadratisk kappa)",
    "answers.qwk": "svar i sak (kvadratisk kappa)",
    "answers.kappa": "svar i sak (kappa)",
    "next_step.qwk": "nästa steg (kvadratisk kappa)",
    "tone.qwk": "bemötande (kvadratisk kappa)",
    "clarity.qwk": "klarspråk (kvadratisk kappa)",
    "well_answered": "väl besvarad (macro-F1)",
    "acknowledgement": "kvittens (F1)",
    "follow_up": "vad skribenten gjorde sedan (macro-F1)",
    "follow_up.said": "detsamma, av dem som skrev igen (macro-F1)",
    "missed": "en av flera frågor obesvarad: rätt utpekad",
    "links.precision": "koppling av svar (precision)",
    "links.recall": "koppling av svar (täckning)",
    "picked": "rätt svar valt (andel)",
    **{
        f"{item}.rho": f"samtalets {title} (Spearman)"
        for item, title in (
            ("civility", "hövlighet"),
            ("reasoning", "resonemang"),
            ("reciprocity", "ömsesidighet"),
            ("relevance", "relevans"),
            ("constructiveness", "konstruktivitet"),
            ("presence", "närvaro"),
        )
    },
    "discussion.rho": "samtalets delar, medel (Spearman)",
    "index.words": "samtalsindex mot antal ord (Spearman)",
}

OF_REPLIES: Final = tuple(FIGURES)[tuple(FIGURES).index("grade.rho") :]
"""The figures of replies and discussions, in the order that they are shown."""

HEADLINES: Final = (
    *("functions_macro_f1", "sentiment_macro_f1", "needs_reply.f1", "uncivil.f1"),
    *("ece_mean", "ece_worst"),
)

OF_LABEL: Final = {
    "precision": "precision",
    "recall": "täckning",
    "f1": "F1",
    "ece": "kalibreringsfel",
}

WITHOUT_A_PERSON: Final = {
    "yes": "avgjort att den gäller",
    "yes_right": "rätt av det",
    "no": "avgjort att den inte gäller",
    "no_right": "rätt av det",
    "right": "rätt av allt avgjort",
    "unsure": "till person",
}

SEEN: Final = {
    "recall": "täckning, avgjort",
    "precision": "precision, avgjort",
    "seen_recall": "täckning, en person ser det",
    "seen_precision": "precision, en person ser det",
}
