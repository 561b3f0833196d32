-- When the first change that the mirror lacks was made, as in user_mirrors. It counts only while seq > applied_seq. requested_at is not used.
ALTER TABLE videos ADD COLUMN behind_since DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3);

-- When an imported tombstone was deleted where it comes from; deleted_at is when it was written here. NULL for all other comments.
ALTER TABLE comments ADD COLUMN deleted_elsewhere_at DATETIME(3) NULL;
