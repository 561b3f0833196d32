-- The active devices of a user, the last seen first, without reading those that were revoked.
ALTER TABLE user_devices ADD KEY user_devices_active (user_id, is_active, last_seen_at);
