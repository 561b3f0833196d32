-- A comment that the Realtime Database refuses is quarantined.
ALTER TABLE parked_comments
  RENAME TO quarantined_comments,
  RENAME COLUMN parked_at TO quarantined_at,
  RENAME INDEX parked_comments_video TO quarantined_comments_video;
