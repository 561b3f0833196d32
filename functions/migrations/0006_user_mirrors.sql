-- behind_since: when the first change that the mirror lacks was made. It counts only while seq > applied_seq.
-- reconciled_at: when the mirror and MySQL were last compared, as in videos.
ALTER TABLE user_mirrors
  ADD COLUMN behind_since DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  RENAME COLUMN checked_at TO reconciled_at,
  RENAME INDEX user_mirrors_checked TO user_mirrors_reconciled;
