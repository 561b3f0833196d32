-- When the first change that the mirror lacks was made, as in user_mirrors. It counts only while seq > applied_seq. requested_at is not used.
ALTER TABLE videos ADD COLUMN behind_since DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3);
