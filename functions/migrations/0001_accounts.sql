-- Ids are UUIDs in ascii_bin: they compare byte by byte. Text is utf8mb4. Times are UTC: each connection sets its time zone.

CREATE TABLE users (
  id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  email VARCHAR(254) NOT NULL,
  username VARCHAR(32) NOT NULL,
  -- Trimmed, NFKC, lower case, computed by the service: a collation's idea of equality differs between servers.
  email_canonical VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  username_canonical VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  role VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'user',
  is_active TINYINT(1) NOT NULL DEFAULT 1,
  last_login_at DATETIME(3) NULL,
  unlocks INT UNSIGNED NOT NULL DEFAULT 0,
  inserted_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
  PRIMARY KEY (id),
  UNIQUE KEY users_email (email_canonical),
  UNIQUE KEY users_username (username_canonical),
  -- The admins are counted, under a lock, before one of them is demoted.
  KEY users_role (role),
  CONSTRAINT users_role CHECK (role IN ('user', 'moderator', 'admin'))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE user_devices (
  id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- The client's own id: unique for its user, and no proof of anything.
  device_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  device_info JSON NOT NULL,
  last_seen_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  is_active TINYINT(1) NOT NULL DEFAULT 1,
  inserted_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
  PRIMARY KEY (id),
  UNIQUE KEY user_devices_device (user_id, device_id),
  CONSTRAINT user_devices_user FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE sessions (
  id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_device_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- The refresh token of a session carries its generation; a rotation adds one. No token is stored.
  generation INT UNSIGNED NOT NULL DEFAULT 1,
  rotated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  -- Idle: each refresh moves it on, never past ends_at, which stands from sign-in.
  expires_at DATETIME(3) NOT NULL,
  ends_at DATETIME(3) NOT NULL,
  revoked_at DATETIME(3) NULL,
  -- The number of the user's change (user_mirrors.seq) that revoked it.
  revoked_seq BIGINT UNSIGNED NULL,
  inserted_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
  PRIMARY KEY (id),
  KEY sessions_user (user_id, revoked_seq),
  KEY sessions_expired (revoked_at, expires_at),
  KEY sessions_ended (ends_at),
  CONSTRAINT sessions_user FOREIGN KEY (user_id) REFERENCES users (id),
  CONSTRAINT sessions_user_device FOREIGN KEY (user_device_id) REFERENCES user_devices (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- What the Realtime Database and Firebase Auth have to learn of a user: each sign-in, revocation, deactivation and reactivation takes
-- the next seq, and a user with seq > applied_seq is mirrored again from the tables above. The shape is that of videos.
CREATE TABLE user_mirrors (
  user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq BIGINT UNSIGNED NOT NULL DEFAULT 0,
  applied_seq BIGINT UNSIGNED NOT NULL DEFAULT 0,
  attempted_at DATETIME(3) NULL,
  checked_at DATETIME(3) NULL,
  is_behind TINYINT(1) GENERATED ALWAYS AS (seq > applied_seq) STORED,
  inserted_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
  PRIMARY KEY (user_id),
  KEY user_mirrors_behind (is_behind, attempted_at),
  KEY user_mirrors_checked (checked_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- No foreign keys: an entry outlives what it speaks of.
CREATE TABLE audit_log (
  -- UUIDv7: the order of the ids is the order of the entries.
  id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  action VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  -- NULL: nobody who is signed in (a sign-in that failed, the sweep, an operator at the command line).
  actor_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
  target_type VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  target_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL,
  -- The client's address, IPv4 or IPv6; NULL where there is none.
  address VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NULL,
  details JSON NOT NULL,
  inserted_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (id),
  KEY audit_log_actor (actor_id, id),
  KEY audit_log_target (target_id, id),
  KEY audit_log_action (action, id),
  KEY audit_log_age (inserted_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- The counters of rate-limiter-flexible, which decides the columns, their types and their order.
CREATE TABLE rate_limits (
  `key` VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  points INT NOT NULL DEFAULT 0,
  -- Milliseconds since 1970.
  expire BIGINT UNSIGNED NULL,
  PRIMARY KEY (`key`),
  KEY rate_limits_expire (expire)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
