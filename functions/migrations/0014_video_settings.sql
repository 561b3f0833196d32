-- settings_seq: the change that set the settings as they are; 0 for a video that has always had the defaults. A change of the settings takes
-- a number of the video like a change of a comment, so that the relay brings it over.
ALTER TABLE videos ADD COLUMN settings_seq BIGINT UNSIGNED NOT NULL DEFAULT 0;

-- Settings from before are brought over too.
UPDATE videos SET settings_seq = seq + 1, seq = seq + 1
  WHERE comments_open = 0 OR slow_mode_seconds > 0 OR hold_for_review = 1;
