-- rebuild_seq: the relay writes a video's whole live state, not single changes, until the Realtime Database has come to this change.
-- reconciled_at: when the two were last compared; the comparison goes round, the longest ago first.
ALTER TABLE videos
  ADD COLUMN rebuild_seq BIGINT UNSIGNED NOT NULL DEFAULT 0,
  ADD COLUMN reconciled_at DATETIME(3) NULL,
  ADD KEY videos_reconciled (reconciled_at, id);

-- Comments that the Realtime Database refused, each at the change that it refused: a later change of the comment is tried again.
CREATE TABLE parked_comments (
  comment_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  video_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq BIGINT UNSIGNED NOT NULL,
  reason VARCHAR(500) NOT NULL,
  parked_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (comment_id),
  KEY parked_comments_video (video_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- When each alert was last sent, so that all instances together send one message.
CREATE TABLE alerts (
  name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sent_at DATETIME(3) NOT NULL,
  PRIMARY KEY (name)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
