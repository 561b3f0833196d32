-- When a user last wrote on a video under slow mode: a post or an edit. The comments do not tell: an edit changes an older row, and a held
-- comment that its author deletes leaves none. Rows are deleted after a day, the longest interval of slow mode.
CREATE TABLE slow_mode_turns (
  user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  video_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  taken_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (user_id, video_id),
  KEY slow_mode_turns_age (taken_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
