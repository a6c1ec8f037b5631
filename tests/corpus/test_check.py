"""What the checker finds, each fault with its file and line."""

import json

import pytest

from nlp.corpus.check import check
from nlp.corpus.counts import MINIMA
from nlp.corpus.folder import read_corpus
from nlp.corpus.records import Fault
from nlp.errors import ArtefactError
from tests.corpus.conftest import LABELS, THREAD


def faults(folder):
    """All faults but those of size: two threads are too few."""
    return [fault for fault in check(read_corpus(folder.write())) if fault.line]


def test_a_whole_corpus_has_no_fault(folder):
    assert faults(folder) == []


def test_every_count_that_falls_short_is_named(folder):
    short = [fault.said for fault in check(read_corpus(folder.write())) if not fault.line]
    assert len(short) == len(MINIMA)
    assert f"question: 1, ska vara minst {MINIMA['question']}" in short


def comment(folder, place):
    return folder.labels[0]["comments"][place]


def reply(folder):
    return folder.labels[0]["replies"][0]


def unknown_label(folder):
    comment(folder, 0)["labels"].append("grumpy")


def unknown_field(folder):
    comment(folder, 0)["mood"] = "bad"


def no_sentiment(folder):
    del comment(folder, 0)["sentiment"]


def toxic_but_civil(folder):
    comment(folder, 0)["labels"].append("toxic")


def evidence_outside(folder):
    comment(folder, 0)["evidence"][0]["end"] = 500


def evidence_for_nothing(folder):
    comment(folder, 1)["evidence"] = [{"label": "question", "start": 0, "end": 3}]


def indirect_without_question(folder):
    comment(folder, 1)["marks"] = ["indirect"]


def labelled_twice(folder):
    folder.labels[0]["comments"].append(comment(folder, 1))


def not_labelled(folder):
    del folder.labels[0]["comments"][1]


def no_thread(folder):
    folder.labels[0]["post"] = "t9"


def reply_to_nobody(folder):
    reply(folder)["to"] = ["t1-c9"]


def half_rated(folder):
    del reply(folder)["tone"]


def wrong_verdict(folder):
    reply(folder)["well_answered"] = "no"


def evidence_of_a_blank(folder):
    comment(folder, 0)["evidence"][0].update(start=27, end=28)


def grade_of_six(folder):
    reply(folder)["grade"] = 6


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (unknown_label, "comments.0.labels.4 har ett okänt värde"),
        (unknown_field, "comments.0.mood är ett okänt fält"),
        (no_sentiment, "comments.0.sentiment saknas"),
        (toxic_but_civil, "t1-c1: toxic utan uncivil"),
        (evidence_outside, "t1-c1: belägget för question ligger utanför texten (0–500)"),
        (evidence_for_nothing, "t1-c3: belägg för question, som inte gäller"),
        (indirect_without_question, "t1-c3: indirect utan question"),
        (labelled_twice, "t1-c3 är märkt 2 gånger"),
        (not_labelled, "t1-c3 saknar märkning"),
        (no_thread, "ingen tråd heter t9"),
        (reply_to_nobody, "t1-c2: t1-c9 är inte en kommentar i tråden"),
        (half_rated, "t1-c2: ett svar till någon ska ha alla bedömningar"),
        (wrong_verdict, "t1-c2: well_answered är no, bedömningarna ger yes"),
        (evidence_of_a_blank, "t1-c1: belägget för question är tomt (27–28)"),
        (grade_of_six, "replies.0.grade är för stort"),
    ],
)
def test_a_label_that_does_not_fit_is_named_with_file_and_line(folder, break_it, said):
    break_it(folder)
    found = [fault for fault in faults(folder) if fault.said.startswith(said)]
    assert [(fault.file, fault.line) for fault in found] == [("labels/a.jsonl", 1)]


def test_a_thread_without_labels_is_named(folder):
    folder.labels = []
    assert Fault("threads/a.jsonl", 1, "tråden t1 saknar märkning") in faults(folder)


def test_a_duplicate_id_is_named(folder):
    other = json.loads(json.dumps(folder.threads[0]).replace('"t1"', '"t2"'))
    folder.threads.append(other)
    said = [(fault.line, fault.said) for fault in faults(folder)]
    assert (2, "id t1-c1 finns redan") in said


def test_short_replies_that_are_the_good_ones_give_the_grade_away_too(folder):
    asked, answered = folder.threads[0]["comments"][:2]
    for number in range(10, 30):
        folder.threads[0]["comments"].append(
            dict(answered, id=f"t1-c{number}", parent_id=asked["id"], text="Ja " * number)
            | {"created": "2025-06-01T12:00:00Z"}
        )
        rated = dict(reply(folder), id=f"t1-c{number}", grade=5 - (number - 10) // 4)
        folder.labels[0]["replies"].append(rated)
    said = [fault.said for fault in check(read_corpus(folder.write()))]
    assert any(each.startswith("svarens längd röjer betyget: Spearman -0.9") for each in said)


@pytest.mark.parametrize(
    ("read", "said"),
    [
        ({"id": "t1-c9", "names": []}, "t1-c9 står inte i någon tråd"),
        ({"id": "t1-c3", "names": [[0, 500]]}, "t1-c3: [0, 500] är inget namn i texten"),
        ({"id": "t1-c3", "names": [[4, 4]]}, "t1-c3: [4, 4] är inget namn i texten"),
        ({"id": "t1-c3", "names": [[7, 9]]}, "t1-c3: [7, 9] är inget namn i texten"),
        ({"id": "t1-c3", "names": [[0, 6], [3, 6]]}, "t1-c3: [3, 6] är inget namn i texten"),
        ({"id": "t1-c1", "names": []}, "id t1-c1 finns redan"),
        ({"id": "t1-c3"}, "names saknas"),
    ],
    ids=["no comment", "outside", "nothing", "a blank", "on another", "twice", "no names"],
)
def test_a_name_that_does_not_stand_in_its_comment_is_named(folder, read, said):
    folder.names = [{"id": "t1-c1", "names": []}, {"id": "t1-c2", "names": [[0, 7]]}, read]
    assert faults(folder) == [Fault("names.jsonl", 3, said)]


def judged(*, to="t1-c1", **changed):
    matter = {"start": 0, "end": 4, "level": 2, "passages": [[0, 2]]} | changed
    return {"reply": "t1-c2", "to": to, "matters": [matter]}


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (judged(to="t1-c3"), "t1-c2 till t1-c3 är inte märkt som svar och kommentar"),
        (judged(end=900, start=800), "t1-c2 till t1-c1: [800, 900] står inte i kommentaren"),
        (judged(passages=[[800, 900]]), "t1-c2 till t1-c1: [800, 900] står inte i svaret"),
        (judged(level=0), "t1-c2 till t1-c1: nivå 0 med 1 ställen"),
        (judged(passages=[]), "t1-c2 till t1-c1: nivå 2 med 0 ställen"),
        (judged(level=3), "matters.0.level är för stort"),
    ],
    ids=["no pair", "outside", "outside the reply", "by nothing", "on nothing", "no level"],
)
def test_a_matter_that_does_not_fit_its_texts_is_named(folder, read, said):
    folder.matters = [read]
    assert faults(folder) == [Fault("matters.jsonl", 1, said)]


def test_a_pair_is_judged_once(folder):
    folder.matters = [judged(), judged()]
    assert faults(folder) == [Fault("matters.jsonl", 2, "t1-c2 till t1-c1 finns redan")]


def test_an_answer_before_what_it_answers_is_named(folder):
    folder.threads[0]["comments"].reverse()
    assert any("som inte står före den i tråden" in fault.said for fault in faults(folder))


def test_a_line_that_is_no_json_is_named_and_the_rest_is_read(folder):
    path = folder.write() / "threads" / "a.jsonl"
    path.write_text("{half\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    found = [fault for fault in check(read_corpus(folder.path)) if fault.line]
    assert found == [Fault("threads/a.jsonl", 1, "raden är inte JSON i UTF-8 (byte 2)")]


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ('{"account": "Badet på ön"}'.encode("latin-1"), 21),
        ('{"account": "Badet"}'.encode("utf-16"), 1),
        (b"[" * 100_000, 202),
        (b"1" * 10_000, 4302),
        (rb'{"account": "\ud800"}', 20),
    ],
    ids=["latin-1", "utf-16", "deep", "long number", "half a character"],
)
def test_a_line_that_no_reader_of_json_can_take_is_a_fault_of_that_line(folder, line, at):
    (folder.write() / "threads" / "b.jsonl").write_bytes(b"\n" + line)
    found = [fault for fault in check(read_corpus(folder.path)) if fault.line]
    assert found == [Fault("threads/b.jsonl", 2, f"raden är inte JSON i UTF-8 (byte {at})")]


@pytest.mark.parametrize("name", ["threads/b.jsonl", "labels/b.jsonl", "pairs.jsonl"])
def test_an_empty_file_is_named(folder, name):
    (folder.write() / name).write_bytes(b"\n")
    found = [fault for fault in check(read_corpus(folder.path)) if fault.line]
    assert found == [Fault(name, 1, "filen är tom")]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("created", "2025-06-01T09:00:00", "saknar tidszon"),
        ("created", 1748768400, "har fel typ eller värde"),
        ("created", float("nan"), "har fel typ eller värde"),
        ("likes", "6", "har fel typ eller värde"),
        ("from_organisation", "no", "har fel typ eller värde"),
        ("text", 7, "har fel typ eller värde"),
        ("text", " ", "är tomt"),
    ],
)
def test_a_value_of_another_kind_is_named_and_not_guessed_at(folder, field, value, said):
    folder.threads[0]["comments"][0][field] = value
    assert Fault("threads/a.jsonl", 1, f"comments.0.{field} {said}") in faults(folder)


def test_a_comment_older_than_the_one_above_it_is_named(folder):
    folder.threads[0]["comments"][2]["created"] = "2025-06-01T09:30:00Z"
    assert faults(folder) == [
        Fault("threads/a.jsonl", 1, "t1-c3 är skriven före den som står ovanför")
    ]


def test_what_one_reader_alone_has_read_is_no_reading_by_two(folder):
    agreement = folder.write() / "agreement"
    agreement.mkdir()
    (agreement / "second.jsonl").write_text(json.dumps(folder.labels[0]), encoding="utf-8")
    found = [fault for fault in check(read_corpus(folder.path)) if fault.line]
    said = "tråden t1 ska vara märkt en gång av var och en av två läsare"
    assert found == [Fault("agreement/second.jsonl", 1, said)]


def test_posts_that_are_nearly_the_same_in_different_splits_are_named(folder):
    for number in range(2, 21):
        told = json.loads(json.dumps(THREAD).replace('"t1', f'"t{number}'))
        said = json.loads(json.dumps(LABELS).replace('"t1', f'"t{number}'))
        for written in told["comments"]:
            written["text"] = "Tack"
        said["comments"][0]["evidence"] = []
        told["post"]["text"] = "Vi har öppet i sommar och det är gratis för alla."
        folder.threads.append(told)
        folder.labels.append(said)
    found = [fault for fault in faults(folder) if "nästan lik" in fault.said]
    assert found
    assert all(fault.file == "threads/a.jsonl" for fault in found)


def test_a_folder_without_threads_is_refused(tmp_path):
    with pytest.raises(ArtefactError, match="holds no threads"):
        read_corpus(tmp_path)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ring mig på 073-555 12 34", "ett telefonnummer"),
        ("Mejla kalle.ek@gmail.com", "en e-postadress"),
        ("Mitt nummer är 19640823-3234", "ett personnummer"),
    ],
)
def test_what_may_be_a_real_persons_is_named(folder, text, kind):
    folder.threads[0]["comments"][2]["text"] = text
    assert [fault.said for fault in faults(folder)] == [
        f"t1-c3 har {kind} utanför serierna för prov och fiktion"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Ring mig på 070-174 06 12 eller 08-465 004 33",
        "Mejla kalle.ek@example.se",
        "Mitt nummer är 19900129-2383, hennes 19811228-9874",
    ],
)
def test_what_is_made_up_for_tests_and_fiction_may_stand(folder, text):
    folder.threads[0]["comments"][2]["text"] = text
    assert faults(folder) == []


def test_a_fault_never_holds_a_comments_text(folder):
    unknown_label(folder)
    comment(folder, 0)["sentiment"] = "Toppen, tack"
    folder.threads[0]["comments"][2]["text"] = "Ring mig på 073-555 12 34"
    told = " ".join(fault.said for fault in faults(folder))
    assert "Toppen" not in told
    assert "073" not in told


def pair(one, other):
    return {"id": "p1", "contrast": "question-complaint", "post": "", "members": [one, other]}


def test_a_pair_of_equals_is_named(folder):
    folder.pairs = [
        pair(
            {"text": "Har ni inga bänkar?", "labels": ["question"]},
            {"text": "Ni har ju inga bänkar!", "labels": ["question"]},
        )
    ]
    assert [fault.said for fault in faults(folder)] == ["p1: ingenting skiljer de två"]


def test_a_pair_that_differs_in_meaning_is_well(folder):
    folder.pairs = [
        pair(
            {"text": "Har ni inga bänkar?", "labels": ["question"]},
            {"text": "Ni har ju inga bänkar!", "labels": ["complaint"]},
        )
    ]
    assert faults(folder) == []


def test_a_pair_with_a_number_that_may_be_somebodys_is_named(folder):
    folder.pairs = [
        pair(
            {"text": "Ring mig på 073-555 12 34?", "labels": ["question"]},
            {"text": "Ring mig aldrig mer!", "labels": ["complaint"]},
        )
    ]
    assert [fault.said for fault in faults(folder)] == [
        "p1 har ett telefonnummer utanför serierna för prov och fiktion"
    ]


def test_two_posts_may_set_the_same_words_apart(folder):
    folder.contrasts = [
        pair(
            {"text": "Fint i parken", "labels": ["praise"], "post": "Nya bänkar i parken."},
            {"text": "Fint i parken", "labels": [], "post": "I dag väntas sol."},
        )
    ]
    assert faults(folder) == []


def contrast(**changed):
    told = {"next_step": 1, "tone": 1, "clarity": 2}
    return {
        "id": "s1",
        "post": "Biblioteket flyttar.",
        "comment": "Bra! När flyttar ni? Finns det hiss?",
        "questions": ["När flyttar ni?", "Finns det hiss?"],
        "replies": [
            {"text": "I mars, och hiss finns.", "answers": 2, "grade": 4, "open": [], **told},
            {"text": "I mars.", "answers": 1, "grade": 3, "open": [1], **told},
        ],
    } | changed


def same_twice():
    reply = contrast()["replies"][0]
    return [reply, reply | {"text": "Hiss finns, och flytten är i mars."}]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (contrast(id="s0"), "id s0 finns redan"),
        (contrast(questions=["När stänger ni?"] * 2), "s1: en fråga står inte i kommentaren"),
        (contrast(questions=["När flyttar ni?"]), "s1: open pekar på en fråga som inte finns"),
        (
            contrast(replies=[one | {"answers": 2} for one in contrast()["replies"]]),
            "s1: answers 2 med en obesvarad fråga",
        ),
        (contrast(replies=same_twice()), "s1: ingenting skiljer svaren"),
    ],
    ids=["twice", "no words of it", "no such question", "open yet met", "alike"],
)
def test_a_contrast_of_replies_that_does_not_hold_is_named(folder, told, said):
    folder.reply_contrasts = [contrast(id="s0"), told]
    assert faults(folder) == [Fault("teaching/replies.jsonl", 2, said)]


def test_an_answer_alone_in_its_category_is_named(folder):
    asked = {"question": "Vad kostar det?", "answer": "Ingenting."}
    folder.questions = [
        {"id": "f1", "category": "bad", **asked},
        {"id": "f2", "category": "bad", **asked},
        {"id": "f2", "category": "skor", **asked},
    ]
    assert faults(folder) == [
        Fault("teaching/questions.jsonl", 3, "f2 är ensam i sin kategori"),
        Fault("teaching/questions.jsonl", 3, "id f2 finns redan"),
    ]


def test_what_teaches_and_is_nearly_a_pair_that_measures_is_named(folder):
    told = "Har ni verkligen inga bänkar längs hela strandpromenaden i år"
    folder.pairs = [
        pair({"text": f"{told}?", "labels": ["question"]}, {"text": "Nej!", "labels": []})
    ]
    folder.contrasts = [
        pair({"text": f"{told}!", "labels": ["complaint"]}, {"text": "Nehej!", "labels": []})
        | {"id": "k1"}
    ]
    assert faults(folder) == [
        Fault("teaching/contrasts.jsonl", 1, "text 1 i k1 är nästan lik text 1 i p1, som mäter")
    ]


@pytest.mark.parametrize(
    ("form", "opening", "closing"),
    [("hälsning", "Hej! ", ""), ("tack", "Tack. ", ""), ("underskrift", "", " /Anna")],
)
def test_an_outer_form_that_gives_the_grade_away_is_named(folder, form, opening, closing):
    thread, labels = folder.threads[0], folder.labels[0]
    for number in range(10, 30):
        empty = number % 2 == 0
        written = dict(thread["comments"][1], id=f"t1-c{number}")
        written["text"] = f"{opening if empty else ''}Vi lagar dem.{closing if empty else ''}"
        thread["comments"].insert(-1, written)
        said = dict(reply(folder), id=f"t1-c{number}", grade=2 if empty else 4)
        labels["replies"].append(said)
    told = [fault.said for fault in check(read_corpus(folder.write()))]
    assert any(said.startswith(f"svarens {form} röjer betyget: Spearman -") for said in told)
