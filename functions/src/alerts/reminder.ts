/** The least time between two reminders of what lasts. `Alerts` sends one in 15 minutes; asking it costs a statement. */
const REMINDER_MS = 60_000;

export interface Reminder {
  /** Calls `remind`, if the last call is a minute ago or what lasted has ended since. */
  lasts(remind: () => void): void;
  ends(): void;
}

/**
 * For an outage that lasts: an alert of its beginning alone would be lost if an earlier outage has just been told of, or if the webhook
 * fails.
 */
export function createReminder(): Reminder {
  let lastAt = -Infinity;
  return {
    lasts(remind) {
      const now = performance.now();
      if (now - lastAt < REMINDER_MS) return;
      lastAt = now;
      remind();
    },
    ends() {
      lastAt = -Infinity;
    },
  };
}
