"""Invented examples of every answer, for the OpenAPI document. A test holds them to the shapes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from service.report.table import COLUMNS
from service.web.bodies import JSON, LINES

CSV: Final = "text/csv"

_FINGERPRINT: Final = "linear@1-0123456789ab"
_AS_OF: Final = "2026-11-15T17:00:00Z"

FIGURE: Final[Mapping[str, Any]] = {
    "nyckeltal": "answer_rate",
    "goal": "lyssnad_till",
    "title": "Svarsgrad",
    "unit": "share",
    "period": "2026-10",
    "period_start": "2026-10-01",
    "period_end": "2026-10-31",
    "granularity": "month",
    "account": "Trafik i Stockholm",
    "channel": "facebook",
    "value": 0.75,
    "numerator": 30,
    "denominator": 40,
    "n": 40,
    "ci_low": 0.598,
    "ci_high": 0.858,
    "interval_method": "wilson",
    "pending": 3,
    "corrected_for": None,
    "withheld": None,
    "fingerprint": _FINGERPRINT,
    "as_of": _AS_OF,
    "uncorrected": None,
    "reviews": None,
    "compared_with": None,
    "change": None,
    "change_low": None,
    "change_high": None,
}

THREAD: Final[Mapping[str, Any]] = {
    "version": 1,
    "channel": "facebook",
    "account": "Trafikkontoret",
    "post": {"id": "p1", "text": "I natt snöar det.", "published": "2026-03-02T08:00:00Z"},
    "comments": [
        {
            "id": "c1",
            "parent_id": None,
            "author": "s1",
            "from_organisation": False,
            "created": "2026-03-02T08:14:00Z",
            "text": "När plogar ni Ringvägen?",
        },
        {
            "id": "c2",
            "parent_id": "c1",
            "author": "s2",
            "from_organisation": True,
            "created": "2026-03-02T11:10:00Z",
            "text": "Hej! Ringvägen plogas före klockan sju i morgon.",
        },
    ],
}

_THREAD_OUT: Final[Mapping[str, Any]] = {
    "version": 1,
    "fingerprint": _FINGERPRINT,
    "post": {"id": "p1"},
    "comments": [
        {
            "id": "c1",
            "language": "sv",
            "labels": {
                "question": 0.97,
                "complaint": 0.08,
                "suggestion": 0.02,
                "praise": 0.01,
                "needs_reply": 0.95,
                "uncivil": 0.01,
                "toxic": 0.0,
                "reasoned": 0.1,
                "on_topic": 0.98,
                "fault_report": 0.02,
                "legal_review": 0.0,
                "personal_data": 0.0,
            },
            "decided": ["question", "needs_reply", "on_topic"],
            "unsure": [],
            "sentiment": {"label": "neutral", "negative": 0.1, "neutral": 0.85, "positive": 0.05},
            "evidence": [{"label": "question", "start": 0, "end": 24}],
            "follow_up": "none",
            "answered": {
                "replies": ["c2"],
                "answers": 2,
                "next_step": 2,
                "tone": 2,
                "clarity": 2,
                "grade": 4.6,
                "well_answered": "yes",
                "matters": [
                    {
                        "label": "question",
                        "start": 0,
                        "end": 24,
                        "level": 2,
                        "passages": [{"reply": "c2", "start": 5, "end": 47}],
                    }
                ],
            },
        }
    ],
    "replies": [
        {
            "id": "c2",
            "to": ["c1"],
            "linked_by": "parent",
            "answers": 2,
            "next_step": 2,
            "tone": 2,
            "clarity": 2,
            "grade": 4.6,
            "acknowledgement_only": False,
            "well_answered": "yes",
            "minutes": 176,
            "working_minutes": 176,
        }
    ],
    "discussion": None,
    "shares": {
        "comments": 1,
        "reasoned": 0.0,
        "uncivil": 0.0,
        "suggestion": 0.0,
        "question": 1.0,
        "reciprocity": 0.0,
        "writers": 1,
        "busiest": 1.0,
    },
}


def _line(tree: Mapping[str, Any]) -> str:
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":"))


THREAD_LINE: Final = _line(THREAD)

CORRECTION: Final[Mapping[str, Any]] = {
    "subject": "reply",
    "id": 4711,
    "said": {"answers": 1, "grade": 3},
    "reviewer": "Kim Berg",
    "reason": "Avgiften nämns inte.",
}

ANSWERED: Final[Mapping[str, str]] = {
    "/api/v1/nyckeltal": "En sida nyckeltal.",
    "/api/v1/nyckeltal.csv": "Alla nyckeltal som efterfrågas, en rad var.",
    "/api/v1/definitions": "Alla definitioner.",
    "/api/v1/analyse": "Det som är bedömt, i samma ordning som trådarna skickades.",
    "/api/v1/corrections": "Sparat; tråden är bedömd på nytt.",
    "/api/v1/api-info": "Uppgifter om API:et.",
    "/health": "Tjänsten är i drift.",
}

ANSWERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "/api/v1/nyckeltal": {
        JSON: {
            "nyckeltal": [FIGURE],
            "period": "2026-10",
            "as_of": _AS_OF,
            "fingerprint": _FINGERPRINT,
            "total": 1,
            "page": 1,
            "limit": 1000,
        }
    },
    "/api/v1/nyckeltal.csv": {
        CSV: "\r\n".join(
            (
                ",".join(COLUMNS),
                ",".join("" if FIGURE[name] is None else str(FIGURE[name]) for name in COLUMNS),
                "",
            )
        )
    },
    "/api/v1/definitions": {
        JSON: {
            "definitions": [
                {
                    "id": "answer_rate",
                    "title": "Svarsgrad",
                    "question": "Får de som behöver svar ett svar?",
                    "goal": "lyssnad_till",
                    "unit": "share",
                    "direction": "higher",
                    "numerator": "De som fått svar av en människa inom 5 arbetsdagar",
                    "denominator": "Kommentarer som behöver svar, äldre än 5 arbetsdagar",
                    "caveat": "Yngre kommentarer är för nya att räkna in.",
                    "source": "Kommunal praxis för svar på synpunkter, fem arbetsdagar",
                    "interval": "Wilsons intervall för en andel.",
                    "per_channel": False,
                }
            ]
        }
    },
    "/api/v1/analyse": {JSON: {"threads": [_THREAD_OUT]}, LINES: f"{_line(_THREAD_OUT)}\n"},
    "/api/v1/corrections": {JSON: {"thread": 17}},
    "/api/v1/api-info": {
        JSON: {
            "apiName": "lyssnad",
            "apiVersion": "1.0.0",
            "apiReleased": "2026-11-23",
            "apiDocumentation": "http://127.0.0.1:8000/api",
            "apiStatus": "beta",
        }
    },
    "/health": {JSON: {"status": "ok", "fingerprint": _FINGERPRINT, "database": "writable"}},
}
