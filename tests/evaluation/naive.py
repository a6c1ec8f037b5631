"""Every figure once more, comment by comment; slow, and plain enough to check by eye."""

import random

from nlp.readers.reader import LABELS, SENTIMENTS
from nlp.vocabulary import FUNCTIONS


def share(rows):
    rows = list(rows)
    return sum(rows) / len(rows) if rows else None


def f1(pairs):
    hits = sum(1 for held, said in pairs if held and said)
    missed = sum(1 for held, said in pairs if held and not said)
    wrong = sum(1 for held, said in pairs if said and not held)
    return 2 * hits / (2 * hits + missed + wrong) if hits + missed + wrong else None


def calibration_error(pairs):
    bins = {}
    for held, probability in pairs:
        bins.setdefault(min(int(probability * 10), 9), []).append((held, probability))
    return sum(
        abs(sum(held for held, _ in inside) - sum(said for _, said in inside))
        for inside in bins.values()
    ) / len(pairs)


def label_figures(held, said, threshold):
    rows = list(zip(held, said, strict=True))
    decided = [(h, p >= threshold.decide) for h, p in rows]
    seen = [(h, p >= threshold.unsure) for h, p in rows]
    return {
        "precision": share(h for h, d in decided if d),
        "recall": share(d for h, d in decided if h),
        "f1": f1(decided),
        "ece": calibration_error(rows),
        "unsure": share(threshold.unsure <= p < threshold.sure for _, p in rows),
        "yes": share(p >= threshold.sure for _, p in rows),
        "yes_right": share(h for h, p in rows if p >= threshold.sure),
        "no": share(p < threshold.unsure for _, p in rows),
        "no_right": share(not h for h, p in rows if p < threshold.unsure),
        "right": share(
            h == (p >= threshold.decide)
            for h, p in rows
            if not threshold.unsure <= p < threshold.sure
        ),
        "seen_precision": share(h for h, s in seen if s),
        "seen_recall": share(s for h, s in seen if h),
    }


def all_figures(texts, answers, settings):
    made, count = {}, len(texts.inputs)
    for label, held in texts.labels.items():
        said = [answers.labels[row][LABELS.index(label)] for row in range(count)]
        for name, value in label_figures(list(held), said, settings.thresholds[label]).items():
            made[f"{label}.{name}"] = value
    occurring = [label for label in FUNCTIONS if any(texts.labels[label])]
    if occurring:
        made["functions_macro_f1"] = sum(made[f"{each}.f1"] for each in occurring) / len(occurring)
    said = [max(range(3), key=lambda place: answers.sentiment[row][place]) for row in range(count)]
    sure = [max(answers.sentiment[row]) for row in range(count)]
    right = [said[row] == texts.sentiments[row] for row in range(count)]
    for place, sentiment in enumerate(SENTIMENTS):
        told = [(texts.sentiments[row] == place, said[row] == place) for row in range(count)]
        if any(held for held, _ in told):
            made[f"sentiment.{sentiment}.f1"] = f1(told)
    of_classes = [made[name] for name in made if name.startswith("sentiment.")]
    made["sentiment_macro_f1"] = sum(of_classes) / len(of_classes)
    made["sentiment.ece"] = calibration_error(list(zip(right, sure, strict=True)))
    below = settings.sentiment_unsure_below
    made["sentiment.unsure"] = share(each < below for each in sure)
    made["sentiment.right"] = share(
        hit for hit, each in zip(right, sure, strict=True) if each >= below
    )
    errors = [value for name, value in made.items() if name.endswith(".ece")]
    made["ece_mean"], made["ece_worst"] = sum(errors) / len(errors), max(errors)
    rights = [value for name, value in made.items() if name.endswith(".right")]
    made["right_worst"] = None if None in rights else min(rights)
    return made


def draws(groups, count, seed):
    """Rows of each draw of whole groups, by another source of chance than ours."""
    chance = random.Random(seed)
    rows = {name: [row for row, group in enumerate(groups) if group == name] for name in groups}
    names = sorted(rows)
    for _ in range(count):
        yield [row for name in chance.choices(names, k=len(names)) for row in rows[name]]


def pair_is_right(pair, labels, tone, said, settings):
    """`said`: for each member, its probabilities by label and its likeliest sentiment."""
    for member, (probabilities, sentiment) in zip(pair.members, said, strict=True):
        for label in labels:
            if (probabilities[label] >= settings.thresholds[label].decide) != (
                label in member.labels
            ):
                return False
        if tone and sentiment is not member.sentiment:
            return False
    return True
