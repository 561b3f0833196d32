-- settings_seq: the change that set the settings as they are; 0 for a video that has always had the defaults. A change of the settings takes
-- a number of the video like a change of a comment, so that the relay brings it over.
ALTER TABLE videos ADD COLUMN settings_seq BIGINT UNSIGNED NOT NULL DEFAULT 0;

-- Settings from before are brought over too.
UPDATE videos SET settings_seq = seq + 1, seq = seq + 1
  WHERE comments_open = 0 OR slow_mode_seconds > 0 OR hold_for_review = 1;

-- What happened in each minute, over all instances: how many changes took how long to be mirrored, drift, refusals by a limit. The names are
-- a fixed set and the rows are kept for a day, so there are some tens of thousands at most.
CREATE TABLE minute_counts (
  minute DATETIME NOT NULL,
  metric VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  label VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  count INT UNSIGNED NOT NULL,
  PRIMARY KEY (minute, metric, label)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- The videos with most viewers, and the sum of all.
ALTER TABLE audiences ADD KEY audiences_viewers (viewers);
