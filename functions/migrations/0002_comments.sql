-- The comment row is the outbox: each change, deletes included, gives its row the video's next seq, and the rows with
-- seq > applied_seq are what the Realtime Database still lacks.

CREATE TABLE videos (
  -- ascii_bin: under a default collation dQw4w9 and dqw4w9 are one video; in the Realtime Database they are two.
  id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq BIGINT UNSIGNED NOT NULL DEFAULT 0,
  applied_seq BIGINT UNSIGNED NOT NULL DEFAULT 0,
  epoch INT UNSIGNED NOT NULL DEFAULT 1,
  enqueued_seq BIGINT UNSIGNED NOT NULL DEFAULT 0,
  enqueued_at DATETIME(3) NULL,
  attempted_at DATETIME(3) NULL,
  -- Changes up to this one may be missing from the feed: tombstones were purged.
  floor_seq BIGINT UNSIGNED NOT NULL DEFAULT 0,
  comments_open TINYINT(1) NOT NULL DEFAULT 1,
  slow_mode_seconds INT UNSIGNED NOT NULL DEFAULT 0,
  hold_for_review TINYINT(1) NOT NULL DEFAULT 0,
  -- Counts the changes of the settings and of the video's bans: a write made under older ones is tried again.
  settings_version INT UNSIGNED NOT NULL DEFAULT 0,
  is_behind TINYINT(1) GENERATED ALWAYS AS (seq > applied_seq) STORED,
  inserted_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
  PRIMARY KEY (id),
  KEY videos_behind (is_behind, attempted_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- No foreign key to videos: its shared lock, taken before the counter's exclusive one, made 23,000 deadlocks and 85 commits/s
-- of one hot video with 32 writers; without it, 0 and 620-740/s.
CREATE TABLE comments (
  id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  video_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  content VARCHAR(2000) NOT NULL,
  version INT UNSIGNED NOT NULL DEFAULT 1,
  seq BIGINT UNSIGNED NOT NULL,
  -- The seq at which it was posted; 0 when it was held first.
  first_seq BIGINT UNSIGNED NOT NULL DEFAULT 0,
  edited_at DATETIME(3) NULL,
  inserted_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  deleted_at DATETIME(3) NULL,
  deleted_by CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
  PRIMARY KEY (id),
  UNIQUE KEY comments_seq (video_id, seq),
  -- Pages and the live window: the newest that are not deleted, without reading the deleted.
  KEY comments_live (video_id, deleted_at, id),
  -- A user's own: slow mode, erasure, export.
  KEY comments_user (user_id, video_id, id),
  -- Tombstones that are due to be purged.
  KEY comments_deleted (deleted_at),
  CONSTRAINT comments_user_exists FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- What waits for review. A table of its own: what is not in `comments` can reach no list, no feed and no listener.
CREATE TABLE held_comments (
  id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  video_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  content VARCHAR(2000) NOT NULL,
  version INT UNSIGNED NOT NULL DEFAULT 1,
  edited_at DATETIME(3) NULL,
  inserted_at DATETIME(3) NOT NULL,
  updated_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id),
  KEY held_comments_video (video_id, id),
  KEY held_comments_user (user_id, video_id, id),
  CONSTRAINT held_comments_user_exists FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- What an edited comment said before. Erased with the comment.
CREATE TABLE comment_revisions (
  comment_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version INT UNSIGNED NOT NULL,
  content VARCHAR(2000) NOT NULL,
  -- Since when it said so.
  inserted_at DATETIME(3) NOT NULL,
  PRIMARY KEY (comment_id, version)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- The row is inserted first in the post's own transaction, so a second request with the key waits for it, and neither it nor a
-- replay takes a sequence number. What was said is not kept here: who repeats the request sends it again.
CREATE TABLE idempotency_keys (
  user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  idempotency_key VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- SHA-256 of the request, so that a key used for another request is noticed.
  fingerprint BINARY(32) NOT NULL,
  -- JSON: the answer without what was said and without its seq, which is comments.first_seq.
  answer TEXT NOT NULL,
  comment_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  inserted_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (user_id, idempotency_key),
  KEY idempotency_keys_age (inserted_at),
  CONSTRAINT idempotency_keys_user FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE bans (
  user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- Empty: everywhere.
  video_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- NULL: until it is lifted.
  ends_at DATETIME(3) NULL,
  reason VARCHAR(500) NOT NULL,
  banned_by CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  inserted_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (user_id, video_id),
  CONSTRAINT bans_user FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE reports (
  comment_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  note VARCHAR(500) NOT NULL,
  is_open TINYINT(1) NOT NULL DEFAULT 1,
  inserted_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (comment_id, user_id),
  KEY reports_open (is_open, comment_id),
  KEY reports_user (user_id),
  CONSTRAINT reports_user_exists FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
