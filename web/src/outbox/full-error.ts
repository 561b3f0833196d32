/** The outbox has no room for another message. */
export class OutboxFullError extends Error {
  override name = "OutboxFullError";
}
