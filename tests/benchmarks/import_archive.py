"""How fast an archive comes in, beside a reference that does the least that could be done.

    python -m tests.benchmarks.import_archive [COMMENTS]

The reference parses the same lines and writes the bare texts into a bare table. The texts are
made of random words: they measure speed, nothing else.
"""

import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORDS = (
    "när öppnar badet i höst och varför är cykelbanan på bron avstängd igen tack för snabb hjälp "
    "det här är helt obegripligt vi bor granne med parken min dotter fick vänta länge kan ni sätta "
    "upp fler bänkar vid torget trasig lampa utanför skolan vem ringer man 😡 👏 hälsningar från"
).split()
NAMES = ("Anna", "Kim Ek", "kalle svensson", "Amina Yusuf", "Bo Berg", "Gun-Britt")
PER_THREAD = 50


def write_archive(path, comments):
    """An archive in the exchange format, with a number to mask in one comment of twenty.

    One in ten names somebody, and one in twenty has a word with a capital that may be a name: as
    many as in the labelled corpus.
    """
    chance = random.Random(1)
    with path.open("w", encoding="utf-8") as opened:
        for thread in range(comments // PER_THREAD):
            rows = []
            for number in range(PER_THREAD):
                text = " ".join(chance.choices(WORDS, k=chance.randint(4, 40)))
                if chance.random() < 0.05:
                    text += " ring 070-174 06 05 eller mejla namn@example.se"
                if chance.random() < 0.1:
                    text += f" hälsa {chance.choice(NAMES)} det"
                elif chance.random() < 0.05:
                    text = f"Bo kvar {text}"
                rows.append(
                    {
                        "id": f"{thread}_{number}",
                        "parent_id": f"{thread}_0" if number % 5 == 4 else None,
                        "author": f"Skribent {chance.randint(0, comments // 4)}",
                        "from_organisation": number % 5 == 4,
                        "created": f"2026-{1 + thread % 9:02}-{1 + number % 28:02}T10:00:00Z",
                        "text": text,
                        "likes": number,
                    }
                )
            post = {
                "id": f"p{thread}",
                "text": "Nytt i parken",
                "published": "2026-01-01T08:00:00Z",
            }
            line = {"version": 1, "channel": "facebook", "account": "Trafik", "post": post}
            opened.write(json.dumps(line | {"comments": rows}, ensure_ascii=False) + "\n")


def reference(path, database):
    """Parse and write, nothing more; seconds."""
    started = time.perf_counter()
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE comment (id TEXT, post TEXT, created TEXT, text TEXT)")
    with path.open(encoding="utf-8") as opened, connection:
        for line in opened:
            thread = json.loads(line)
            connection.executemany(
                "INSERT INTO comment VALUES (?, ?, ?, ?)",
                (
                    (one["id"], thread["post"]["id"], one["created"], one["text"])
                    for one in thread["comments"]
                ),
            )
    connection.close()
    return time.perf_counter() - started


def measured(path, folder):
    """The real import as a process of its own: seconds and peak megabytes."""
    started = time.perf_counter()
    subprocess.run(
        [str(Path(sys.executable).parent / "lyssnad"), "import", str(path), "--data-dir", folder],
        check=True,
        capture_output=True,
    )
    seconds = time.perf_counter() - started
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main():
    """Three pairs; the medians are what to quote."""
    comments = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive.jsonl"
        write_archive(archive, comments)
        runs = []
        for number in range(3):
            plain = reference(archive, Path(folder) / f"plain{number}.db")
            seconds, peak = measured(archive, f"{folder}/real{number}")
            runs.append((seconds, seconds / plain, peak))
            print(f"{comments} comments: {seconds:.1f} s, {seconds / plain:.1f} x, {peak:.0f} MB")
        seconds, ratio, peak = (sorted(column)[1] for column in zip(*runs, strict=True))
        print(f"median: {seconds:.1f} s, {ratio:.1f} times the reference, peak {peak:.0f} MB")


if __name__ == "__main__":
    main()
