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
  inserted_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  deleted_at DATETIME(3) NULL,
  deleted_by CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
  PRIMARY KEY (id),
  UNIQUE KEY comments_seq (video_id, seq),
  -- Pages and the live window: the newest that are not deleted, without reading the deleted.
  KEY comments_live (video_id, deleted_at, id),
  CONSTRAINT comments_user FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE idempotency_keys (
  user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  idempotency_key VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- SHA-256 of the request, so that a key used for another request is noticed.
  fingerprint BINARY(32) NOT NULL,
  status SMALLINT UNSIGNED NOT NULL,
  body TEXT NOT NULL,
  inserted_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (user_id, idempotency_key),
  KEY idempotency_keys_age (inserted_at),
  CONSTRAINT idempotency_keys_user FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
