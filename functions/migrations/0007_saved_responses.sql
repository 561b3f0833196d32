-- One word for one thing: what a route sends back is a response.
ALTER TABLE idempotency_keys RENAME COLUMN answer TO response;
