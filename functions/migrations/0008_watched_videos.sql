-- The videos on which a session may be present. The relay mirrors them to `watching/{user_id}`, and the security rules look there.
-- Bounded by user. The rows of a session go when it ends.
CREATE TABLE watched_videos (
  session_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  video_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- When the session last said that it watches the video, give or take an hour.
  watched_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (session_id, video_id),
  KEY watched_videos_user (user_id, watched_at),
  CONSTRAINT watched_videos_session FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- A random id of the change `seq`. After a restore of MySQL, an equal number in the Realtime Database may be of another history; then its
-- id differs. Empty for changes from before this column, here and there.
ALTER TABLE user_mirrors
  ADD COLUMN change_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
