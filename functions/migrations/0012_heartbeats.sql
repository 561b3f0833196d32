-- One row, which instances that read on replicas renew about twice a second. What a replica shows of it tells how old its data may be.
CREATE TABLE heartbeats (
  -- Always 1.
  id TINYINT UNSIGNED NOT NULL,
  -- Random, made with the row: tells a replica of this database from a replica of another one.
  database_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  beaten_at DATETIME(3) NOT NULL,
  PRIMARY KEY (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
