-- The videos that somebody watches, and when their viewers are counted next. A row comes with the first viewer's call and goes when nobody
-- is left, so it is bounded by the videos watched at once. No foreign key to videos: its lock would meet that of every post.
CREATE TABLE audiences (
  video_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- As counted last.
  viewers INT UNSIGNED NOT NULL DEFAULT 0,
  -- When a viewer last called, give or take 20 seconds.
  watched_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  -- When the next count is due. A count under way moves it ahead, so that no other begins.
  due_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (video_id),
  KEY audiences_due (due_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
