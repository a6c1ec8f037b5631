"""The schema, as numbered steps that are never edited once released.

Each step runs in a transaction together with the record of it. Times are ISO 8601 in UTC with
a trailing Z, so that text order is time order. Booleans are 0, 1 or NULL for not known.
"""

from __future__ import annotations

from typing import Final

from sqlite_utils import Database, Migrations

from nlp.readers.reader import LABELS, SENTIMENTS

MIGRATIONS: Final = Migrations("lyssnad")

LABEL_COLUMNS: Final = tuple(label.value for label in LABELS)
PROBABILITY_COLUMNS: Final = tuple(f"{label.value}_p" for label in LABELS)
SENTIMENT_COLUMNS: Final = tuple(sentiment.value for sentiment in SENTIMENTS)
METRIC_COLUMNS: Final = (
    "reach",
    "views",
    "reactions",
    "comments",
    "shares",
    "link_clicks",
    "clicks",
    "saves",
    "follows",
)


def _run(database: Database, *statements: str) -> None:
    for statement in statements:
        database.execute(statement)


@MIGRATIONS()
def m001_posts_comments_and_imports(database: Database) -> None:
    """What has been imported, from where, and which rows were turned away."""
    metrics = "\n".join(f"{column} INTEGER," for column in METRIC_COLUMNS)
    _run(
        database,
        """
        CREATE TABLE import (
            import_id INTEGER PRIMARY KEY,
            file_name TEXT NOT NULL,
            file_sha256 TEXT NOT NULL,
            source TEXT NOT NULL,
            timezone TEXT,
            started TEXT NOT NULL,
            read INTEGER NOT NULL DEFAULT 0,
            new INTEGER NOT NULL DEFAULT 0,
            updated INTEGER NOT NULL DEFAULT 0,
            unchanged INTEGER NOT NULL DEFAULT 0,
            rejected INTEGER NOT NULL DEFAULT 0
        ) STRICT
        """,
        """
        CREATE TABLE import_note (
            import_id INTEGER NOT NULL REFERENCES import ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('rejected', 'remark')),
            row INTEGER,
            column_name TEXT,
            reason TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX import_note_by_import ON import_note (import_id)",
        f"""
        CREATE TABLE post (
            post_id INTEGER PRIMARY KEY,
            channel TEXT NOT NULL,
            external_id TEXT NOT NULL,
            is_stand_in INTEGER NOT NULL,
            account_external_id TEXT,
            account_name TEXT,
            text TEXT NOT NULL,
            text_hash TEXT NOT NULL,
            published TEXT,
            published_is_exact INTEGER NOT NULL DEFAULT 0,
            permalink TEXT,
            {metrics}
            is_dirty INTEGER NOT NULL DEFAULT 1
        ) STRICT
        """,
        "CREATE INDEX post_by_published ON post (published)",
        """
        CREATE TABLE post_name (
            channel TEXT NOT NULL,
            name TEXT NOT NULL,
            post_id INTEGER NOT NULL REFERENCES post ON DELETE CASCADE,
            PRIMARY KEY (channel, name)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX post_name_by_post ON post_name (post_id)",
        """
        CREATE TABLE own_author (
            channel TEXT NOT NULL,
            author_key TEXT NOT NULL,
            PRIMARY KEY (channel, author_key)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE comment (
            comment_id INTEGER PRIMARY KEY,
            post_id INTEGER NOT NULL REFERENCES post ON DELETE CASCADE,
            external_id TEXT NOT NULL,
            id_is_derived INTEGER NOT NULL,
            parent_external_id TEXT,
            author_key TEXT,
            handle_key TEXT,
            said_ours INTEGER,
            from_organisation INTEGER NOT NULL,
            created TEXT NOT NULL,
            edited TEXT,
            text TEXT NOT NULL,
            text_hash TEXT NOT NULL,
            likes INTEGER,
            is_hidden INTEGER NOT NULL,
            mask_kinds TEXT NOT NULL,
            import_id INTEGER NOT NULL REFERENCES import,
            UNIQUE (external_id, post_id)
        ) STRICT
        """,
        "CREATE INDEX comment_by_post ON comment (post_id, created)",
        "CREATE INDEX comment_by_created ON comment (created)",
        """
        CREATE TABLE superseded_text (
            comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
            text_hash TEXT NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (comment_id, text_hash)
        ) STRICT, WITHOUT ROWID
        """,
    )


@MIGRATIONS()
def m002_readings(database: Database) -> None:
    """What each pipeline version judged; append-only, one row per text and fingerprint."""
    probabilities = "\n".join(f"{column} REAL NOT NULL," for column in PROBABILITY_COLUMNS)
    decisions = "\n".join(f"{column} INTEGER," for column in LABEL_COLUMNS)
    sentiments = "\n".join(f"{column} REAL NOT NULL," for column in SENTIMENT_COLUMNS)
    _run(
        database,
        f"""
        CREATE TABLE reading (
            reading_id INTEGER PRIMARY KEY,
            comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
            fingerprint TEXT NOT NULL,
            text_hash TEXT NOT NULL,
            post_text_hash TEXT NOT NULL,
            language TEXT,
            {probabilities}
            {decisions}
            {sentiments}
            sentiment TEXT NOT NULL,
            sentiment_unsure INTEGER NOT NULL,
            evidence TEXT NOT NULL,
            read_at TEXT NOT NULL,
            UNIQUE (comment_id, fingerprint, text_hash, post_text_hash)
        ) STRICT
        """,
    )


@MIGRATIONS()
def m003_answers_and_scores(database: Database) -> None:
    """Who answered whom, how well, and how the discussion went; derived, replaced per post."""
    _run(
        database,
        """
        CREATE TABLE reply_link (
            reply_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
            comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
            post_id INTEGER NOT NULL REFERENCES post ON DELETE CASCADE,
            rule TEXT NOT NULL,
            PRIMARY KEY (reply_id, comment_id)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX reply_link_by_comment ON reply_link (comment_id)",
        "CREATE INDEX reply_link_by_post ON reply_link (post_id)",
        """
        CREATE TABLE reply_score (
            reply_id INTEGER PRIMARY KEY REFERENCES comment ON DELETE CASCADE,
            post_id INTEGER NOT NULL REFERENCES post ON DELETE CASCADE,
            fingerprint TEXT NOT NULL,
            answers INTEGER NOT NULL,
            next_step INTEGER NOT NULL,
            tone INTEGER NOT NULL,
            clarity INTEGER NOT NULL,
            grade REAL NOT NULL,
            acknowledgement_only INTEGER NOT NULL,
            is_automatic INTEGER NOT NULL,
            well_answered TEXT NOT NULL,
            reasons TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX reply_score_by_post ON reply_score (post_id)",
        """
        CREATE TABLE answer (
            comment_id INTEGER PRIMARY KEY REFERENCES comment ON DELETE CASCADE,
            post_id INTEGER NOT NULL REFERENCES post ON DELETE CASCADE,
            first_reply_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
            first_reply TEXT NOT NULL,
            follow_up TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX answer_by_post ON answer (post_id)",
        """
        CREATE TABLE discussion_score (
            post_id INTEGER PRIMARY KEY REFERENCES post ON DELETE CASCADE,
            fingerprint TEXT NOT NULL,
            civility REAL NOT NULL,
            reasoning REAL NOT NULL,
            reciprocity REAL NOT NULL,
            relevance REAL NOT NULL,
            constructiveness REAL NOT NULL,
            presence REAL NOT NULL,
            discussion_index REAL NOT NULL
        ) STRICT
        """,
        "ALTER TABLE post ADD COLUMN scored_by TEXT",
    )


@MIGRATIONS()
def m004_full_text_search(database: Database) -> None:
    """Search that keeps å, ä and ö apart from a and o, and follows every change of a text."""
    _run(
        database,
        """
        CREATE VIRTUAL TABLE comment_search USING fts5 (
            text, content='comment', content_rowid='comment_id',
            tokenize="unicode61 remove_diacritics 0"
        )
        """,
        """
        CREATE TRIGGER comment_search_insert AFTER INSERT ON comment BEGIN
            INSERT INTO comment_search (rowid, text) VALUES (new.comment_id, new.text);
        END
        """,
        """
        CREATE TRIGGER comment_search_delete AFTER DELETE ON comment BEGIN
            INSERT INTO comment_search (comment_search, rowid, text)
            VALUES ('delete', old.comment_id, old.text);
        END
        """,
        """
        CREATE TRIGGER comment_search_update AFTER UPDATE OF text ON comment BEGIN
            INSERT INTO comment_search (comment_search, rowid, text)
            VALUES ('delete', old.comment_id, old.text);
            INSERT INTO comment_search (rowid, text) VALUES (new.comment_id, new.text);
        END
        """,
        "INSERT INTO comment_search (comment_search) VALUES ('rebuild')",
    )


@MIGRATIONS()
def m005_assumed_times_and_the_same_text_under_several_masks(database: Database) -> None:
    """Which times rest on an assumed zone, and which texts differ in their masks alone.

    Texts that no longer count go: nothing shows them, and a text that its writer has changed
    is not ours to keep.
    """
    _run(
        database,
        "ALTER TABLE comment ADD COLUMN created_is_exact INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE comment ADD COLUMN text_identity TEXT NOT NULL DEFAULT ''",
        "DROP TABLE superseded_text",
    )


@MIGRATIONS()
def m006_what_readings_and_pseudonyms_rest_on(database: Database) -> None:
    """A reading knows the parent it was read under, and the store the secret it was made with.

    What is derived belongs to the pipeline version that the post is `scored_by`, said once.
    """
    columns = ", ".join(
        (
            "reading_id",
            "comment_id",
            "fingerprint",
            "text_hash",
            "post_text_hash",
            "language",
            *PROBABILITY_COLUMNS,
            *LABEL_COLUMNS,
            *SENTIMENT_COLUMNS,
            "sentiment",
            "sentiment_unsure",
            "evidence",
            "read_at",
        )
    )
    probabilities = "\n".join(f"{column} REAL NOT NULL," for column in PROBABILITY_COLUMNS)
    decisions = "\n".join(f"{column} INTEGER," for column in LABEL_COLUMNS)
    sentiments = "\n".join(f"{column} REAL NOT NULL," for column in SENTIMENT_COLUMNS)
    _run(
        database,
        "ALTER TABLE reading RENAME TO reading_before",
        f"""
        CREATE TABLE reading (
            reading_id INTEGER PRIMARY KEY,
            comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
            fingerprint TEXT NOT NULL,
            text_hash TEXT NOT NULL,
            post_text_hash TEXT NOT NULL,
            parent_text_hash TEXT NOT NULL,
            language TEXT,
            {probabilities}
            {decisions}
            {sentiments}
            sentiment TEXT NOT NULL,
            sentiment_unsure INTEGER NOT NULL,
            evidence TEXT NOT NULL,
            read_at TEXT NOT NULL,
            UNIQUE (comment_id, fingerprint, text_hash, post_text_hash, parent_text_hash)
        ) STRICT
        """,
        # A thread that nothing has come to since it was read was read as it stands; of another
        # nobody knows, and it waits to be read again.
        f"""
        INSERT INTO reading ({columns}, parent_text_hash)
        SELECT {columns}, CASE
            WHEN (SELECT is_dirty FROM post JOIN comment USING (post_id)
                  WHERE comment.comment_id = reading_before.comment_id) THEN 'unknown'
            ELSE COALESCE((
                SELECT parent.text_hash FROM comment JOIN comment AS parent
                  ON parent.post_id = comment.post_id
                 AND parent.external_id = comment.parent_external_id
                WHERE comment.comment_id = reading_before.comment_id), '')
            END
        FROM reading_before
        """,  # noqa: S608
        "DROP TABLE reading_before",
        "ALTER TABLE reply_score DROP COLUMN fingerprint",
        "ALTER TABLE discussion_score DROP COLUMN fingerprint",
        """
        CREATE TABLE author_key_check (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            value TEXT NOT NULL
        ) STRICT
        """,
    )


@MIGRATIONS()
def m007_no_full_text_search(database: Database) -> None:
    """Nothing searches texts; an index of them is only one more place where they lie."""
    _run(
        database,
        "DROP TRIGGER comment_search_insert",
        "DROP TRIGGER comment_search_delete",
        "DROP TRIGGER comment_search_update",
        "DROP TABLE comment_search",
    )


@MIGRATIONS()
def m008_accounts_by_id(database: Database) -> None:
    """Finds an account's name among the posts that share its id without going through all posts."""
    _run(
        database,
        "CREATE INDEX post_by_account_id ON post (channel, account_external_id, account_name)",
    )


@MIGRATIONS()
def m009_readings_of_all_that_is_read(database: Database) -> None:
    """A reading knows all that the reader was given, not three texts of it.

    What else the readings so far rest on nobody knows: they are kept, and all is read again.
    """
    columns = ", ".join(
        (
            "reading_id",
            "comment_id",
            "fingerprint",
            "language",
            *PROBABILITY_COLUMNS,
            *LABEL_COLUMNS,
            *SENTIMENT_COLUMNS,
            "sentiment",
            "sentiment_unsure",
            "evidence",
            "read_at",
        )
    )
    probabilities = "\n".join(f"{column} REAL NOT NULL," for column in PROBABILITY_COLUMNS)
    decisions = "\n".join(f"{column} INTEGER," for column in LABEL_COLUMNS)
    sentiments = "\n".join(f"{column} REAL NOT NULL," for column in SENTIMENT_COLUMNS)
    _run(
        database,
        "ALTER TABLE reading RENAME TO reading_before",
        f"""
        CREATE TABLE reading (
            reading_id INTEGER PRIMARY KEY,
            comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
            fingerprint TEXT NOT NULL,
            input_hash TEXT NOT NULL,
            language TEXT,
            {probabilities}
            {decisions}
            {sentiments}
            sentiment TEXT NOT NULL,
            sentiment_unsure INTEGER NOT NULL,
            evidence TEXT NOT NULL,
            read_at TEXT NOT NULL,
            UNIQUE (comment_id, fingerprint, input_hash)
        ) STRICT
        """,
        f"""
        INSERT INTO reading ({columns}, input_hash)
        SELECT {columns}, text_hash || ' ' || post_text_hash || ' ' || parent_text_hash
        FROM reading_before
        """,  # noqa: S608
        "DROP TABLE reading_before",
        "ALTER TABLE comment ADD COLUMN input_hash TEXT",
        "ALTER TABLE comment DROP COLUMN text_hash",
        "ALTER TABLE post DROP COLUMN text_hash",
        "UPDATE post SET is_dirty = 1",
    )


@MIGRATIONS()
def m010_reviews(database: Database) -> None:
    """What people have said of comments; the last word on each label of the present text counts."""
    aspects = ", ".join(f"'{aspect}'" for aspect in (*LABEL_COLUMNS, "sentiment"))
    said = ",\n".join(
        f"CAST(MAX(value) FILTER (WHERE aspect = '{column}') AS INTEGER) AS {column}"
        for column in LABEL_COLUMNS
    )
    _run(
        database,
        f"""
        CREATE TABLE review (
            review_id INTEGER PRIMARY KEY,
            comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
            text_identity TEXT NOT NULL,
            aspect TEXT NOT NULL CHECK (aspect IN ({aspects})),
            value TEXT NOT NULL,
            reviewer TEXT NOT NULL,
            reviewed_at TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX review_by_comment ON review (comment_id, aspect)",
        # Beside MAX a bare column is that of the row that has it.
        f"""
        CREATE VIEW said AS
        SELECT comment_id,
        {said},
        MAX(value) FILTER (WHERE aspect = 'sentiment') AS sentiment
        FROM (
            SELECT review.comment_id, aspect, value, MAX(review_id)
            FROM review JOIN comment USING (comment_id)
            WHERE review.text_identity = comment.text_identity
            GROUP BY review.comment_id, aspect
        )
        GROUP BY comment_id
        """,  # noqa: S608
    )


@MIGRATIONS()
def m011_unsure_either_way(database: Database) -> None:
    """A label may be left to a person though the best guess is that it holds."""
    _run(database, "ALTER TABLE reading ADD COLUMN unsure TEXT NOT NULL DEFAULT ''")


@MIGRATIONS()
def m012_how_each_comment_was_answered(database: Database) -> None:
    """How well all replies to a comment met it, and each thing that it raised."""
    _run(
        database,
        *(
            f"ALTER TABLE answer ADD COLUMN {column}"
            for column in (
                "answers INTEGER",
                "next_step INTEGER",
                "tone INTEGER",
                "clarity INTEGER",
                "grade REAL",
                "well_answered TEXT",
                "replies TEXT NOT NULL DEFAULT ''",
            )
        ),
        """
        CREATE TABLE matter (
            comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
            place INTEGER NOT NULL,
            post_id INTEGER NOT NULL REFERENCES post ON DELETE CASCADE,
            label TEXT NOT NULL,
            starts INTEGER NOT NULL,
            ends INTEGER NOT NULL,
            level INTEGER NOT NULL,
            passages TEXT NOT NULL,
            PRIMARY KEY (comment_id, place)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX matter_by_post ON matter (post_id)",
    )


@MIGRATIONS()
def m013_reviews_of_answers(database: Database) -> None:
    """What people have said of replies, answers and discussions, and what the machine said then."""
    _run(
        database,
        """
        CREATE TABLE rating_review (
            rating_review_id INTEGER PRIMARY KEY,
            subject TEXT NOT NULL CHECK (subject IN ('reply', 'answer', 'discussion')),
            post_id INTEGER REFERENCES post ON DELETE CASCADE,
            comment_id INTEGER REFERENCES comment ON DELETE CASCADE,
            text_identity TEXT NOT NULL,
            replies TEXT NOT NULL,
            aspect TEXT NOT NULL,
            value TEXT,
            reason TEXT NOT NULL,
            reviewer TEXT NOT NULL,
            reviewed_at TEXT NOT NULL,
            CHECK ((subject = 'discussion') = (comment_id IS NULL)),
            CHECK ((subject = 'discussion') = (post_id IS NOT NULL))
        ) STRICT
        """,
        "CREATE INDEX rating_review_by_comment ON rating_review (comment_id)",
        "CREATE INDEX rating_review_by_post ON rating_review (post_id)",
        "ALTER TABLE review ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
        *(
            f"ALTER TABLE {table} ADD COLUMN machine TEXT NOT NULL DEFAULT '{{}}'"
            for table in ("reply_score", "answer", "discussion_score")
        ),
        "ALTER TABLE answer ADD COLUMN machine_follow_up TEXT",
        "ALTER TABLE reading ADD COLUMN is_casual INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE matter ADD COLUMN machine INTEGER",
    )


@MIGRATIONS()
def m014_what_ratings_were_made_beside(database: Database) -> None:
    """A word on a reply holds of what it answers, as one on an answer holds of its replies.

    Which comments a reply answered when a word on it was said was not kept before this, so such a
    word stays in the history and counts no more.
    """
    _run(database, "ALTER TABLE rating_review RENAME COLUMN replies TO beside")


@MIGRATIONS()
def m015_comments_drawn_by_lot(database: Database) -> None:
    """What people were asked to read, and of how many each was drawn: it puts shares right."""
    _run(
        database,
        """
        CREATE TABLE draw (
            draw_id INTEGER PRIMARY KEY,
            label TEXT NOT NULL,
            starts TEXT NOT NULL,
            ends TEXT NOT NULL,
            account TEXT,
            fingerprint TEXT NOT NULL,
            drawn_at TEXT NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE drawn_stratum (
            draw_id INTEGER NOT NULL REFERENCES draw ON DELETE CASCADE,
            stratum TEXT NOT NULL,
            size INTEGER NOT NULL,
            PRIMARY KEY (draw_id, stratum)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE drawn (
            draw_id INTEGER NOT NULL REFERENCES draw ON DELETE CASCADE,
            comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
            stratum TEXT NOT NULL,
            place INTEGER NOT NULL,
            PRIMARY KEY (draw_id, comment_id)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX drawn_by_comment ON drawn (comment_id)",
    )


DECLARED: Final = (
    m001_posts_comments_and_imports.__name__,
    m002_readings.__name__,
    m003_answers_and_scores.__name__,
    m004_full_text_search.__name__,
    m005_assumed_times_and_the_same_text_under_several_masks.__name__,
    m006_what_readings_and_pseudonyms_rest_on.__name__,
    m007_no_full_text_search.__name__,
    m008_accounts_by_id.__name__,
    m009_readings_of_all_that_is_read.__name__,
    m010_reviews.__name__,
    m011_unsure_either_way.__name__,
    m012_how_each_comment_was_answered.__name__,
    m013_reviews_of_answers.__name__,
    m014_what_ratings_were_made_beside.__name__,
    m015_comments_drawn_by_lot.__name__,
)
"""Every step in order; a database that knows others is from a newer version."""
