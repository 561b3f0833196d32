-- Users with a new name that not all of their videos show yet: the sweep goes through these videos in the order of their ids.
CREATE TABLE user_renames (
  user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- The last video that was asked to be written again; a further change of the name begins anew.
  after_video_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  -- When a video was last asked for, or could not be: users take turns.
  moved_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY (user_id),
  KEY user_renames_moved (moved_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
