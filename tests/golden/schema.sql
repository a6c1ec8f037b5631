CREATE INDEX answer_by_post ON answer (post_id);
CREATE INDEX comment_by_created ON comment (created);
CREATE INDEX comment_by_post ON comment (post_id, created);
CREATE INDEX drawn_by_comment ON drawn (comment_id);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX import_note_by_import ON import_note (import_id);
CREATE INDEX matter_by_post ON matter (post_id);
CREATE INDEX post_by_account_id ON post (channel, account_external_id, account_name);
CREATE INDEX post_by_published ON post (published);
CREATE INDEX post_name_by_post ON post_name (post_id);
CREATE INDEX rating_review_by_comment ON rating_review (comment_id);
CREATE INDEX rating_review_by_post ON rating_review (post_id);
CREATE INDEX reply_link_by_comment ON reply_link (comment_id);
CREATE INDEX reply_link_by_post ON reply_link (post_id);
CREATE INDEX reply_score_by_post ON reply_score (post_id);
CREATE INDEX review_by_comment ON review (comment_id, aspect);
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
CREATE TABLE answer (
            comment_id INTEGER PRIMARY KEY REFERENCES comment ON DELETE CASCADE,
            post_id INTEGER NOT NULL REFERENCES post ON DELETE CASCADE,
            first_reply_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
            first_reply TEXT NOT NULL,
            follow_up TEXT NOT NULL
        , answers INTEGER, next_step INTEGER, tone INTEGER, clarity INTEGER, grade REAL, well_answered TEXT, replies TEXT NOT NULL DEFAULT '', machine TEXT NOT NULL DEFAULT '{}', machine_follow_up TEXT) STRICT
        ;
CREATE TABLE author_key_check (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            value TEXT NOT NULL
        ) STRICT
        ;
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
            likes INTEGER,
            is_hidden INTEGER NOT NULL,
            mask_kinds TEXT NOT NULL,
            import_id INTEGER NOT NULL REFERENCES import, created_is_exact INTEGER NOT NULL DEFAULT 0, text_identity TEXT NOT NULL DEFAULT '', input_hash TEXT,
            UNIQUE (external_id, post_id)
        ) STRICT
        ;
CREATE TABLE discussion_score (
            post_id INTEGER PRIMARY KEY REFERENCES post ON DELETE CASCADE,
            civility REAL NOT NULL,
            reasoning REAL NOT NULL,
            reciprocity REAL NOT NULL,
            relevance REAL NOT NULL,
            constructiveness REAL NOT NULL,
            presence REAL NOT NULL,
            discussion_index REAL NOT NULL
        , machine TEXT NOT NULL DEFAULT '{}') STRICT
        ;
CREATE TABLE draw (
            draw_id INTEGER PRIMARY KEY,
            label TEXT NOT NULL,
            starts TEXT NOT NULL,
            ends TEXT NOT NULL,
            account TEXT,
            fingerprint TEXT NOT NULL,
            drawn_at TEXT NOT NULL
        ) STRICT
        ;
CREATE TABLE drawn (
            draw_id INTEGER NOT NULL REFERENCES draw ON DELETE CASCADE,
            comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
            stratum TEXT NOT NULL,
            place INTEGER NOT NULL,
            PRIMARY KEY (draw_id, comment_id)
        ) STRICT, WITHOUT ROWID
        ;
CREATE TABLE drawn_stratum (
            draw_id INTEGER NOT NULL REFERENCES draw ON DELETE CASCADE,
            stratum TEXT NOT NULL,
            size INTEGER NOT NULL,
            PRIMARY KEY (draw_id, stratum)
        ) STRICT, WITHOUT ROWID
        ;
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
        ;
CREATE TABLE import_note (
            import_id INTEGER NOT NULL REFERENCES import ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('rejected', 'remark')),
            row INTEGER,
            column_name TEXT,
            reason TEXT NOT NULL
        ) STRICT
        ;
CREATE TABLE matter (
            comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
            place INTEGER NOT NULL,
            post_id INTEGER NOT NULL REFERENCES post ON DELETE CASCADE,
            label TEXT NOT NULL,
            starts INTEGER NOT NULL,
            ends INTEGER NOT NULL,
            level INTEGER NOT NULL,
            passages TEXT NOT NULL, machine INTEGER,
            PRIMARY KEY (comment_id, place)
        ) STRICT, WITHOUT ROWID
        ;
CREATE TABLE own_author (
            channel TEXT NOT NULL,
            author_key TEXT NOT NULL,
            PRIMARY KEY (channel, author_key)
        ) STRICT, WITHOUT ROWID
        ;
CREATE TABLE post (
            post_id INTEGER PRIMARY KEY,
            channel TEXT NOT NULL,
            external_id TEXT NOT NULL,
            is_stand_in INTEGER NOT NULL,
            account_external_id TEXT,
            account_name TEXT,
            text TEXT NOT NULL,
            published TEXT,
            published_is_exact INTEGER NOT NULL DEFAULT 0,
            permalink TEXT,
            reach INTEGER,
views INTEGER,
reactions INTEGER,
comments INTEGER,
shares INTEGER,
link_clicks INTEGER,
clicks INTEGER,
saves INTEGER,
follows INTEGER,
            is_dirty INTEGER NOT NULL DEFAULT 1
        , scored_by TEXT) STRICT
        ;
CREATE TABLE post_name (
            channel TEXT NOT NULL,
            name TEXT NOT NULL,
            post_id INTEGER NOT NULL REFERENCES post ON DELETE CASCADE,
            PRIMARY KEY (channel, name)
        ) STRICT, WITHOUT ROWID
        ;
CREATE TABLE rating_review (
            rating_review_id INTEGER PRIMARY KEY,
            subject TEXT NOT NULL CHECK (subject IN ('reply', 'answer', 'discussion')),
            post_id INTEGER REFERENCES post ON DELETE CASCADE,
            comment_id INTEGER REFERENCES comment ON DELETE CASCADE,
            text_identity TEXT NOT NULL,
            beside TEXT NOT NULL,
            aspect TEXT NOT NULL,
            value TEXT,
            reason TEXT NOT NULL,
            reviewer TEXT NOT NULL,
            reviewed_at TEXT NOT NULL,
            CHECK ((subject = 'discussion') = (comment_id IS NULL)),
            CHECK ((subject = 'discussion') = (post_id IS NOT NULL))
        ) STRICT
        ;
CREATE TABLE reading (
            reading_id INTEGER PRIMARY KEY,
            comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
            fingerprint TEXT NOT NULL,
            input_hash TEXT NOT NULL,
            language TEXT,
            question_p REAL NOT NULL,
complaint_p REAL NOT NULL,
suggestion_p REAL NOT NULL,
praise_p REAL NOT NULL,
needs_reply_p REAL NOT NULL,
uncivil_p REAL NOT NULL,
toxic_p REAL NOT NULL,
reasoned_p REAL NOT NULL,
on_topic_p REAL NOT NULL,
fault_report_p REAL NOT NULL,
legal_review_p REAL NOT NULL,
personal_data_p REAL NOT NULL,
            question INTEGER,
complaint INTEGER,
suggestion INTEGER,
praise INTEGER,
needs_reply INTEGER,
uncivil INTEGER,
toxic INTEGER,
reasoned INTEGER,
on_topic INTEGER,
fault_report INTEGER,
legal_review INTEGER,
personal_data INTEGER,
            negative REAL NOT NULL,
neutral REAL NOT NULL,
positive REAL NOT NULL,
            sentiment TEXT NOT NULL,
            sentiment_unsure INTEGER NOT NULL,
            evidence TEXT NOT NULL,
            read_at TEXT NOT NULL, unsure TEXT NOT NULL DEFAULT '', is_casual INTEGER NOT NULL DEFAULT 0,
            UNIQUE (comment_id, fingerprint, input_hash)
        ) STRICT
        ;
CREATE TABLE reply_link (
            reply_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
            comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
            post_id INTEGER NOT NULL REFERENCES post ON DELETE CASCADE,
            rule TEXT NOT NULL,
            PRIMARY KEY (reply_id, comment_id)
        ) STRICT, WITHOUT ROWID
        ;
CREATE TABLE reply_score (
            reply_id INTEGER PRIMARY KEY REFERENCES comment ON DELETE CASCADE,
            post_id INTEGER NOT NULL REFERENCES post ON DELETE CASCADE,
            answers INTEGER NOT NULL,
            next_step INTEGER NOT NULL,
            tone INTEGER NOT NULL,
            clarity INTEGER NOT NULL,
            grade REAL NOT NULL,
            acknowledgement_only INTEGER NOT NULL,
            is_automatic INTEGER NOT NULL,
            well_answered TEXT NOT NULL,
            reasons TEXT NOT NULL
        , machine TEXT NOT NULL DEFAULT '{}') STRICT
        ;
CREATE TABLE review (
            review_id INTEGER PRIMARY KEY,
            comment_id INTEGER NOT NULL REFERENCES comment ON DELETE CASCADE,
            text_identity TEXT NOT NULL,
            aspect TEXT NOT NULL CHECK (aspect IN ('question', 'complaint', 'suggestion', 'praise', 'needs_reply', 'uncivil', 'toxic', 'reasoned', 'on_topic', 'fault_report', 'legal_review', 'personal_data', 'sentiment')),
            value TEXT NOT NULL,
            reviewer TEXT NOT NULL,
            reviewed_at TEXT NOT NULL
        , reason TEXT NOT NULL DEFAULT '') STRICT
        ;
CREATE VIEW said AS
        SELECT comment_id,
        CAST(MAX(value) FILTER (WHERE aspect = 'question') AS INTEGER) AS question,
CAST(MAX(value) FILTER (WHERE aspect = 'complaint') AS INTEGER) AS complaint,
CAST(MAX(value) FILTER (WHERE aspect = 'suggestion') AS INTEGER) AS suggestion,
CAST(MAX(value) FILTER (WHERE aspect = 'praise') AS INTEGER) AS praise,
CAST(MAX(value) FILTER (WHERE aspect = 'needs_reply') AS INTEGER) AS needs_reply,
CAST(MAX(value) FILTER (WHERE aspect = 'uncivil') AS INTEGER) AS uncivil,
CAST(MAX(value) FILTER (WHERE aspect = 'toxic') AS INTEGER) AS toxic,
CAST(MAX(value) FILTER (WHERE aspect = 'reasoned') AS INTEGER) AS reasoned,
CAST(MAX(value) FILTER (WHERE aspect = 'on_topic') AS INTEGER) AS on_topic,
CAST(MAX(value) FILTER (WHERE aspect = 'fault_report') AS INTEGER) AS fault_report,
CAST(MAX(value) FILTER (WHERE aspect = 'legal_review') AS INTEGER) AS legal_review,
CAST(MAX(value) FILTER (WHERE aspect = 'personal_data') AS INTEGER) AS personal_data,
        MAX(value) FILTER (WHERE aspect = 'sentiment') AS sentiment
        FROM (
            SELECT review.comment_id, aspect, value, MAX(review_id)
            FROM review JOIN comment USING (comment_id)
            WHERE review.text_identity = comment.text_identity
            GROUP BY review.comment_id, aspect
        )
        GROUP BY comment_id;
