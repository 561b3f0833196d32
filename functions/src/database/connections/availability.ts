import { DatabaseAwayError, isReadOnlyServer, isSilence } from "../mysql-errors.ts";

/**
 * What a process knows about MySQL, for all its pools: a circuit breaker, and the moment up to which connections are retired.
 *
 * | state  | a connection fails                                  | a connection is wanted                                             |
 * |--------|-----------------------------------------------------|--------------------------------------------------------------------|
 * | closed | MySQL is asked on a new connection; no answer: open | granted                                                            |
 * | open   |                                                     | refused; MySQL is asked again at most every 500 ms; answer: closed |
 *
 * It does not count failures, as a breaker for HTTP does. A statement without an answer may be a slow statement, a dead connection or a
 * dead server, and a new connection tells them apart. No timer is needed either: an instance without requests gets no CPU.
 */
export interface Availability {
  /**
   * Resolves unless MySQL is away.
   * @throws DatabaseAwayError at once, or within a second if it is this call that asks
   */
  check(): Promise<void>;
  /** Asks MySQL now, together with others who ask now: whether it answers within a second. */
  ask(): Promise<boolean>;
  /** Takes note of what failed on an open connection, or when one was opened. */
  report(error: unknown): void;
  /** Connections opened before this moment (`performance.now()`) may be dead, or lead to a server that takes no more writes. */
  readonly retiredUntil: number;
}

export interface AvailabilityHooks {
  onAway: (error: unknown) => void;
  onBack: () => void;
  /** A server takes no writes any more. */
  onReadOnly: (error: unknown) => void;
}

export interface AvailabilityOptions extends AvailabilityHooks {
  /** Opens a new connection and asks something; rejects when there is no answer within a second. */
  probe: () => Promise<void>;
}

/** The least time between two questions while MySQL is away. */
const PAUSE_MS = 500;

export function createAvailability({ probe, onAway, onBack, onReadOnly }: AvailabilityOptions): Availability {
  let isAway = false;
  let retiredUntil = -Infinity;
  let running: Promise<boolean> | undefined;
  let lastFailure = -Infinity;

  function ask(): Promise<boolean> {
    running ??= probe()
      .then(noteAnswer, noteFailure)
      .finally(() => {
        running = undefined;
      });
    return running;
  }

  function noteAnswer(): boolean {
    if (!isAway) return true;
    isAway = false;
    // What was open before the outage may be dead without knowing it.
    retiredUntil = performance.now();
    onBack();
    return true;
  }

  function noteFailure(error: unknown): boolean {
    lastFailure = performance.now();
    if (!isAway) onAway(error);
    isAway = true;
    return false;
  }

  return {
    ask,
    async check() {
      if (!isAway) return;
      const isAnswered = performance.now() - lastFailure >= PAUSE_MS && (await ask());
      if (!isAnswered) throw new DatabaseAwayError("MySQL gave no answer a moment ago");
    },
    report(error) {
      const isReadOnly = isReadOnlyServer(error);
      if (isReadOnly) onReadOnly(error);
      if (isReadOnly || isSilence(error)) retiredUntil = performance.now();
      void ask();
    },
    get retiredUntil() {
      return retiredUntil;
    },
  };
}
