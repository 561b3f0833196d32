-- When the first change of settings, rebuild or epoch that the mirror lacks was requested. No comment's row tells it.
ALTER TABLE videos ADD COLUMN requested_at DATETIME(3) NULL;
