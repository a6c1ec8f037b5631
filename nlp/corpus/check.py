"""Checks a corpus: that it is whole, that its labels obey the guide, that it is large enough.

Each rule is a function from the corpus to its faults, and `RULES` lists them; nothing is corrected
here. A fault names file and line, and of a comment's text nothing but six words that recur.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from nlp.corpus.counts import MINIMA, SPEARMAN_LIMIT, counts, form_and_grade
from nlp.corpus.fiction import not_fiction
from nlp.corpus.folder import Corpus
from nlp.corpus.records import (
    Fault,
    LabelledComment,
    LabelledReply,
    LabelRecord,
    Mark,
    PairRecord,
    Placed,
    QuestionRecord,
    ReplyContrastRecord,
    ThreadRecord,
)
from nlp.corpus.repeats import near_duplicates, repeated_sequences
from nlp.corpus.splits import SHARES, Split
from nlp.vocabulary import EVIDENCE_LABELS, Label, Sentiment, WellAnswered

SHARED_BY: Final = 3
"""Comments that may share a sequence of six words."""

SPLIT_TOLERANCE: Final = 0.02
"""How far a split's share of the threads may lie from what was meant."""

LIKENESS: Final = 1.5
"""How many times as common, or as rare, a label may be in one split as in the whole."""


def threads_are_whole(corpus: Corpus) -> Iterator[Fault]:
    """Ids are unique; a parent stands before its answer; times rise; who is who is clear."""
    met: Counter[str] = Counter()
    for placed in corpus.threads:
        thread = placed.record
        for name in (thread.name, *(comment.id for comment in thread.comments)):
            met[name] += 1
            if met[name] == 2:
                yield placed.fault(f"id {name} finns redan")
        before: set[str] = set()
        latest = thread.post.published
        for comment in thread.comments:
            if comment.parent_id is not None and comment.parent_id not in before:
                yield placed.fault(
                    f"{comment.id} svarar på {comment.parent_id}, som inte står före den i tråden"
                )
            if comment.created < thread.post.published:
                yield placed.fault(f"{comment.id} är skriven före sitt inlägg")
            elif comment.created < latest:
                yield placed.fault(f"{comment.id} är skriven före den som står ovanför")
            latest = max(latest, comment.created)
            if (comment.author == "org") != comment.from_organisation:
                yield placed.fault(
                    f"{comment.id}: author och from_organisation säger emot varandra"
                )
            before.add(comment.id)


def labels_fit_threads(corpus: Corpus) -> Iterator[Fault]:
    """Every comment of every thread is labelled once, as comment or as reply, and no other."""
    threads = {placed.record.name: placed for placed in corpus.threads}
    labelled: Counter[str] = Counter()
    for placed in corpus.labels:
        labelled[placed.record.post] += 1
        if labelled[placed.record.post] == 2:
            yield placed.fault(f"tråden {placed.record.post} är märkt två gånger")
        yield from _fits(placed, threads)
    for readers, others in ((corpus.first, corpus.second), (corpus.second, corpus.first)):
        read = Counter(apart.record.post for apart in readers)
        by_the_other = {apart.record.post for apart in others}
        for apart in readers:
            yield from _fits(apart, threads)
            if read[apart.record.post] > 1 or apart.record.post not in by_the_other:
                yield apart.fault(
                    f"tråden {apart.record.post} ska vara märkt en gång av var och en av två läsare"
                )
    for name, thread in threads.items():
        if not labelled[name]:
            yield thread.fault(f"tråden {name} saknar märkning")


def _fits(placed: Placed[LabelRecord], threads: dict[str, Placed[ThreadRecord]]) -> Iterator[Fault]:
    thread = threads.get(placed.record.post)
    if thread is None:
        yield placed.fault(f"ingen tråd heter {placed.record.post}")
        return
    ours = {each.id for each in thread.record.comments if each.from_organisation}
    theirs = {each.id for each in thread.record.citizens}
    for expected, given, what in (
        (theirs, [each.id for each in placed.record.comments], "kommentar"),
        (ours, [each.id for each in placed.record.replies], "svar"),
    ):
        for name, times in Counter(given).items():
            if name not in expected:
                yield placed.fault(
                    f"{name} är inte en {what} i tråden".replace("en svar", "ett svar")
                )
            elif times > 1:
                yield placed.fault(f"{name} är märkt {times} gånger")
        for name in sorted(expected - set(given)):
            yield placed.fault(f"{name} saknar märkning")


def comment_labels_obey_the_guide(corpus: Corpus) -> Iterator[Fault]:
    """Toxic implies uncivil; evidence carries a label that holds and lies inside the text."""
    for placed in (*corpus.labels, *corpus.first, *corpus.second):
        for comment in placed.record.comments:
            for said in _unlawful(comment, corpus):
                yield placed.fault(f"{comment.id}: {said}")


def _unlawful(comment: LabelledComment, corpus: Corpus) -> Iterator[str]:
    written = corpus.comments.get(comment.id)
    if Label.TOXIC in comment.labels and Label.UNCIVIL not in comment.labels:
        yield "toxic utan uncivil"
    if Mark.INDIRECT in comment.marks and Label.QUESTION not in comment.labels:
        yield "indirect utan question"
    for span in comment.evidence:
        if span.label not in EVIDENCE_LABELS or span.label not in comment.labels:
            yield f"belägg för {span.label}, som inte gäller"
        if span.start >= span.end or (written is not None and span.end > len(written.text)):
            yield f"belägget för {span.label} ligger utanför texten ({span.start}–{span.end})"
        elif written is not None and not written.text[span.start : span.end].strip():
            yield f"belägget för {span.label} är tomt ({span.start}–{span.end})"


def reply_labels_obey_the_guide(corpus: Corpus) -> Iterator[Fault]:
    """A reply is rated whole or not at all, and well_answered follows from its ratings."""
    for placed in (*corpus.labels, *corpus.first, *corpus.second):
        theirs = {comment.id for comment in placed.record.comments}
        for reply in placed.record.replies:
            for said in _unlawful_reply(reply, theirs):
                yield placed.fault(f"{reply.id}: {said}")


def _unlawful_reply(reply: LabelledReply, theirs: set[str]) -> Iterator[str]:
    for name in (*reply.to, *reply.follow_up):
        if name not in theirs:
            yield f"{name} är inte en kommentar i tråden"
    if set(reply.follow_up) - set(reply.to):
        yield "follow_up för en kommentar som svaret inte gäller"
    ratings = (reply.answers, reply.next_step, reply.tone, reply.clarity, reply.grade)
    given = sum(rating is not None for rating in ratings)
    if given not in (0, len(ratings)) or bool(given) != bool(reply.to):
        yield "ett svar till någon ska ha alla bedömningar, ett svar till ingen ska ha ingen"
    elif reply.well_answered is not _verdict(reply):
        yield f"well_answered är {reply.well_answered}, bedömningarna ger {_verdict(reply)}"


def _verdict(reply: LabelledReply) -> WellAnswered | None:
    """The guide's rule in section 4."""
    if reply.answers is None:
        return None
    if reply.answers == 0 or reply.tone == 0:
        return WellAnswered.NO
    if reply.answers == 2 and reply.next_step and reply.clarity:
        return WellAnswered.YES
    return WellAnswered.PARTLY


def it_is_large_enough(corpus: Corpus) -> Iterator[Fault]:
    """Every count reaches what was asked for, and length does not give the grade away."""
    found = counts(corpus)
    for what, least in MINIMA.items():
        if found[what] < least:
            yield Fault("korpusen", 0, f"{what}: {found[what]}, ska vara minst {least}")
    for form, likeness in form_and_grade(corpus).items():
        if abs(likeness) >= SPEARMAN_LIMIT:
            yield Fault(
                "korpusen",
                0,
                f"svarens {form} röjer betyget: Spearman {likeness:.2f}, gränsen är "
                f"{SPEARMAN_LIMIT}",
            )


def splits_are_fair(corpus: Corpus) -> Iterator[Fault]:
    """Each split has its share of the threads, and of each label, mark and sentiment."""
    if len(corpus.threads) < 100:
        return
    held = Counter(corpus.splits.values())
    for part in Split:
        share = held[part] / len(corpus.threads)
        if abs(share - SHARES[part]) > SPLIT_TOLERANCE:
            yield Fault(
                "korpusen", 0, f"{part} har {share:.0%} av trådarna, ska ha {SHARES[part]:.0%}"
            )
    sizes: Counter[Split] = Counter()
    said: Counter[tuple[str, Split]] = Counter()
    for name, comment in corpus.labelled_comments.items():
        if name in corpus.thread_of:
            part = corpus.splits[corpus.thread_of[name].name]
            sizes[part] += 1
            said.update((what, part) for what in (*comment.labels, *comment.marks))
            said[comment.sentiment, part] += 1
    for what in (*Label, *Mark, *Sentiment):
        overall = sum(said[what, part] for part in Split) / max(1, sizes.total())
        for part in Split:
            share = said[what, part] / max(1, sizes[part])
            if not overall / LIKENESS <= share <= overall * LIKENESS:
                yield Fault(
                    "korpusen", 0, f"{what} gäller {share:.1%} i {part} men {overall:.1%} i allt"
                )


def nothing_is_written_twice(corpus: Corpus) -> Iterator[Fault]:
    """No near-duplicates in different splits, and no sequence of six words in many comments."""
    places = {each.id: placed for placed in corpus.threads for each in placed.record.comments}
    places |= {placed.record.name: placed for placed in corpus.threads}
    texts = {name: comment.text for name, comment in corpus.comments.items()}
    posts = {placed.record.name: placed.record.post.text for placed in corpus.threads}
    for one, other in near_duplicates(texts | posts):
        splits = {corpus.splits[places[name].record.name] for name in (one, other)}
        if len(splits) > 1:
            yield places[other].fault(f"{other} är nästan lik {one}, som ligger i en annan del")
    for sequence, names in repeated_sequences(texts, most=SHARED_BY, allowed=corpus.set_phrases):
        yield places[names[-1]].fault(
            f"sex ord i följd står i {len(names)} kommentarer ({', '.join(names)}): ”{sequence}”; "
            "skriv om, eller för in frasen i set-phrases.txt"
        )


def nobody_real_is_in_it(corpus: Corpus) -> Iterator[Fault]:
    """Identity numbers, phones and addresses are those that exist only for tests and fiction."""
    for placed in corpus.threads:
        thread = placed.record
        for name, text in (
            (thread.name, thread.post.text),
            *((comment.id, comment.text) for comment in thread.comments),
        ):
            for kind in not_fiction(text):
                yield placed.fault(f"{name} har {kind} utanför serierna för prov och fiktion")
    for apart, texts in _apart_from_threads(corpus):
        name = apart.record.id
        for kind in not_fiction("\n".join(texts)):
            yield apart.fault(f"{name} har {kind} utanför serierna för prov och fiktion")


_Apart = Placed[PairRecord] | Placed[ReplyContrastRecord] | Placed[QuestionRecord]


def _apart_from_threads(corpus: Corpus) -> Iterator[tuple[_Apart, Sequence[str]]]:
    """All that is written outside the threads, with its texts."""
    for pair in (*corpus.pairs, *corpus.contrasts):
        yield pair, [text for one in pair.record.members for text in (one.text, one.reply or "")]
    for contrast in corpus.reply_contrasts:
        yield contrast, [contrast.record.comment, *(one.text for one in contrast.record.replies)]
    for question in corpus.questions:
        yield question, [question.record.question, question.record.answer]


def pairs_are_pairs(corpus: Corpus) -> Iterator[Fault]:
    """Ids are unique and the two members differ both in text and in what they mean."""
    met: set[str] = set()
    for placed in (*corpus.pairs, *corpus.contrasts):
        pair = placed.record
        if pair.id in met:
            yield placed.fault(f"id {pair.id} finns redan")
        met.add(pair.id)
        one, other = pair.members
        written = {"text", "reply", "post"}
        if one.model_dump(include=written) == other.model_dump(include=written):
            yield placed.fault(f"{pair.id}: båda texterna är lika")
        if one.model_dump(exclude=written) == other.model_dump(exclude=written):
            yield placed.fault(f"{pair.id}: ingenting skiljer de två")


def reply_contrasts_are_contrasts(corpus: Corpus) -> Iterator[Fault]:
    """Ids are unique, questions stand in their comment, and the replies differ in their worth."""
    met: set[str] = set()
    for placed in corpus.reply_contrasts:
        told = placed.record
        if told.id in met:
            yield placed.fault(f"id {told.id} finns redan")
        met.add(told.id)
        if any(question not in told.comment for question in told.questions):
            yield placed.fault(f"{told.id}: en fråga står inte i kommentaren")
        for reply in told.replies:
            if any(not 0 <= place < len(told.questions) for place in reply.open):
                yield placed.fault(f"{told.id}: open pekar på en fråga som inte finns")
            if reply.open and reply.answers == 2:
                yield placed.fault(f"{told.id}: answers 2 med en obesvarad fråga")
        if len({reply.model_dump_json(exclude={"text"}) for reply in told.replies}) == 1:
            yield placed.fault(f"{told.id}: ingenting skiljer svaren")


def questions_have_answers_to_tell_apart(corpus: Corpus) -> Iterator[Fault]:
    """Ids are unique, and in a category there is more than one answer."""
    held = Counter(placed.record.category for placed in corpus.questions)
    met: set[str] = set()
    for placed in corpus.questions:
        if placed.record.id in met:
            yield placed.fault(f"id {placed.record.id} finns redan")
        met.add(placed.record.id)
        if held[placed.record.category] == 1:
            yield placed.fault(f"{placed.record.id} är ensam i sin kategori")


def what_teaches_does_not_measure(corpus: Corpus) -> Iterator[Fault]:
    """Nothing that teaches is nearly the same as a pair or a thread that measures."""
    measures, teaches = {}, {}
    for apart, texts in _apart_from_threads(corpus):
        for place, text in enumerate(texts):
            name = f"text {place + 1} i {apart.record.id}"
            if apart.file.startswith("teaching/"):
                teaches[name] = (apart, text)
            else:
                measures[name] = text
    for name, comment in corpus.comments.items():
        if corpus.splits[corpus.thread_of[name].name] is not Split.TRAIN:
            measures[name] = comment.text
    if not teaches:
        return
    all_texts = measures | {name: text for name, (_, text) in teaches.items()}
    for one, other in near_duplicates(all_texts):
        if one in measures and other in teaches:
            yield teaches[other][0].fault(f"{other} är nästan lik {one}, som mäter")


def names_stand_in_their_comments(corpus: Corpus) -> Iterator[Fault]:
    """Each comment was read for names once, and each name is a stretch of its text."""
    met: set[str] = set()
    for placed in corpus.names:
        read = placed.record
        if read.id in met:
            yield placed.fault(f"id {read.id} finns redan")
        met.add(read.id)
        if (comment := corpus.comments.get(read.id)) is None:
            yield placed.fault(f"{read.id} står inte i någon tråd")
            continue
        done = 0
        for start, end in read.names:
            name = comment.text[start:end]
            if not done <= start < end <= len(comment.text) or name != name.strip():
                yield placed.fault(f"{read.id}: [{start}, {end}] är inget namn i texten")
            done = end


def matters_stand_in_their_texts(corpus: Corpus) -> Iterator[Fault]:
    """Each pair was judged once and is labelled as a pair; all spans are stretches of its texts."""
    met: set[tuple[str, str]] = set()
    for placed in corpus.matters:
        read = placed.record
        pair = f"{read.reply} till {read.to}"
        if (read.reply, read.to) in met:
            yield placed.fault(f"{pair} finns redan")
        met.add((read.reply, read.to))
        labelled = corpus.labelled_replies.get(read.reply)
        if labelled is None or read.to not in labelled.to:
            yield placed.fault(f"{pair} är inte märkt som svar och kommentar")
            continue
        comment, reply = corpus.comments[read.to].text, corpus.comments[read.reply].text
        for matter in read.matters:
            if not comment[matter.start : matter.end].strip():
                yield placed.fault(
                    f"{pair}: [{matter.start}, {matter.end}] står inte i kommentaren"
                )
            for start, end in matter.passages:
                if not reply[start:end].strip():
                    yield placed.fault(f"{pair}: [{start}, {end}] står inte i svaret")
            if bool(matter.level) != bool(matter.passages):
                yield placed.fault(
                    f"{pair}: nivå {matter.level} med {len(matter.passages)} ställen"
                )


Rule = Callable[[Corpus], Iterator[Fault]]

RULES: Final[Sequence[Rule]] = (
    threads_are_whole,
    labels_fit_threads,
    comment_labels_obey_the_guide,
    reply_labels_obey_the_guide,
    pairs_are_pairs,
    reply_contrasts_are_contrasts,
    questions_have_answers_to_tell_apart,
    what_teaches_does_not_measure,
    names_stand_in_their_comments,
    matters_stand_in_their_texts,
    nobody_real_is_in_it,
    nothing_is_written_twice,
    splits_are_fair,
    it_is_large_enough,
)


def check(corpus: Corpus) -> list[Fault]:
    """All faults of a corpus, by file and line."""
    found = list(corpus.unreadable)
    for rule in RULES:
        found.extend(rule(corpus))
    return sorted(found)
