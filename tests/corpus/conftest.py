"""A corpus of two small threads, labelled whole; tests break one thing at a time."""

import json

import pytest

THREAD = {
    "version": 1,
    "channel": "facebook",
    "account": "Badet i Ekhagen",
    "kind": "swimming-hall",
    "post": {"id": "t1", "text": "Vi har öppet i sommar.", "published": "2025-06-01T08:00:00Z"},
    "comments": [
        {
            "id": "t1-c1",
            "parent_id": None,
            "author": "a1",
            "from_organisation": False,
            "created": "2025-06-01T09:00:00Z",
            "text": "När öppnar badet på lördag? Och så kallt det var i duschen.",
        },
        {
            "id": "t1-c2",
            "parent_id": "t1-c1",
            "author": "org",
            "from_organisation": True,
            "created": "2025-06-01T10:00:00Z",
            "text": "Klockan tio. Vi lagar duscharna på fredag.",
        },
        {
            "id": "t1-c3",
            "parent_id": "t1-c2",
            "author": "a1",
            "from_organisation": False,
            "created": "2025-06-01T11:00:00Z",
            "text": "Toppen, tack",
        },
    ],
}

LABELS = {
    "post": "t1",
    "comments": [
        {
            "id": "t1-c1",
            "labels": ["question", "complaint", "needs_reply", "on_topic"],
            "marks": [],
            "sentiment": "negative",
            "evidence": [{"label": "question", "start": 0, "end": 27}],
        },
        {
            "id": "t1-c3",
            "labels": ["praise", "on_topic"],
            "marks": [],
            "sentiment": "positive",
            "evidence": [],
        },
    ],
    "replies": [
        {
            "id": "t1-c2",
            "to": ["t1-c1"],
            "answers": 2,
            "next_step": 2,
            "tone": 1,
            "clarity": 2,
            "grade": 4,
            "acknowledgement_only": False,
            "well_answered": "yes",
            "marks": [],
            "follow_up": {"t1-c1": "thanks"},
        }
    ],
    "discussion": None,
}


class Folder:
    """A corpus folder; `threads` and `labels` may be changed before it is written."""

    def __init__(self, path):
        self.path = path
        self.threads = [json.loads(json.dumps(THREAD))]
        self.labels = [json.loads(json.dumps(LABELS))]
        self.pairs = []
        self.names = []
        self.matters = []
        self.contrasts = []
        self.reply_contrasts = []
        self.questions = []

    def write(self):
        for name, lines in (
            ("threads/a.jsonl", self.threads),
            ("labels/a.jsonl", self.labels),
            ("pairs.jsonl", self.pairs),
            ("names.jsonl", self.names),
            ("matters.jsonl", self.matters),
            ("teaching/contrasts.jsonl", self.contrasts),
            ("teaching/replies.jsonl", self.reply_contrasts),
            ("teaching/questions.jsonl", self.questions),
        ):
            if not lines:
                continue
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines),
                encoding="utf-8",
            )
        return self.path


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)
