-- Names of 32 user-perceived characters have up to 64 code points. looks_version: the version of the rules by which the rows of
-- username_looks were computed; 0: they are missing, and maintenance computes them.
ALTER TABLE users
  MODIFY COLUMN username VARCHAR(64) NOT NULL,
  ADD COLUMN renamed_at DATETIME(3) NULL,
  ADD COLUMN looks_version INT UNSIGNED NOT NULL DEFAULT 0,
  ADD KEY users_looks (looks_version, id);

-- What usernames look like, now and in the last 30 days: no two users share a look. Users who shared one before this table do.
CREATE TABLE username_looks (
  -- SHA-256 of the skeleton of the name (UTS 39).
  look BINARY(32) NOT NULL,
  -- Empty: a moderator took the name away, and nobody gets it.
  user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- When the user gave the name up; NULL: they have it.
  released_at DATETIME(3) NULL,
  PRIMARY KEY (look, user_id),
  KEY username_looks_user (user_id, look),
  KEY username_looks_released (released_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
