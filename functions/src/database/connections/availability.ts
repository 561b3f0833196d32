import { DatabaseAwayError, isReadOnlyServer, isSilence } from "../mysql-errors.ts";

/**
 * What a process knows about MySQL, for all its pools: the MySQL breaker, and the moment up to which connections are retired.
 *
 * | state  | a connection fails                                         | a connection is wanted                                             |
 * |--------|------------------------------------------------------------|--------------------------------------------------------------------|
 * | closed | MySQL is asked on a new connection, twice; no answer: open | granted                                                            |
 * | open   |                                                            | refused; MySQL is asked again at most every 500 ms; answer: closed |
 *
 * It does not count failures, as the breaker of the inline relay does. A statement without an answer may be a slow statement, a dead
 * connection or a dead server, and a new connection tells them apart. No timer is needed either: an instance without requests gets no CPU.
 */
export interface Availability {
  /**
   * Resolves unless MySQL is away.
   * @throws DatabaseAwayError at once, or within a second for the one call that asks again
   */
  check(): Promise<void>;
  /** Whether MySQL answers now, within a second. A yes ends an outage; a no begins none. */
  ask(): Promise<boolean>;
  /**
   * Takes note of what failed on an open connection, or when one was opened.
   * @param openedAt when the connection was opened (`performance.now()`)
   */
  report(failure: unknown, openedAt: number): void;
  /** Connections opened before this moment (`performance.now()`) may be dead, or lead to a server that takes no more writes. */
  readonly retireOpenedBefore: number;
}

export interface AvailabilityHooks {
  /** MySQL is away. Called when an outage begins, and for each question of `check` without an answer while it lasts. */
  onAway: (error: unknown) => void;
  onBack: () => void;
  /** A server takes no writes any more. Called at most once in 15 minutes. */
  onReadOnly: (error: unknown) => void;
}

export interface AvailabilityOptions extends AvailabilityHooks {
  /** Opens a new connection and asks something; rejects when there is no answer within a second. */
  probe: () => Promise<void>;
}

/** The least time between two questions of `check` while MySQL is away. */
const PAUSE_MS = 500;
/**
 * The least time between two retirements. Where a server stays read-only or slow, connections opened meanwhile lead there too: to retire
 * them with each failure would leave none to read on.
 */
const RETIRE_PAUSE_MS = 2_000;
/** The hook raises an alert, which itself writes to MySQL. */
const READ_ONLY_PAUSE_MS = 15 * 60_000;

export function createAvailability({ probe, onAway, onBack, onReadOnly }: AvailabilityOptions): Availability {
  let isAway = false;
  let retireOpenedBefore = -Infinity;
  let lastFailure = -Infinity;
  let lastReadOnly = -Infinity;
  let asking: Promise<boolean> | undefined;
  let diagnosis: Promise<void> | undefined;

  function ask(): Promise<boolean> {
    asking ??= probe()
      .then(
        () => noteAnswer(),
        () => false,
      )
      .finally(() => {
        asking = undefined;
      });
    return asking;
  }

  function noteAnswer(): true {
    if (isAway) {
      isAway = false;
      // What was open before the outage may be dead without knowing it.
      retireOpenedBefore = performance.now();
      onBack();
    }
    return true;
  }

  /** A lost packet, or a process that had no CPU meanwhile, fails one question but seldom two. */
  async function diagnose(error: unknown): Promise<void> {
    if (isAway || (await ask()) || (await ask())) return;
    lastFailure = performance.now();
    if (isAway) return;
    isAway = true;
    onAway(error);
  }

  function noteReadOnly(error: unknown): void {
    const now = performance.now();
    if (now - lastReadOnly < READ_ONLY_PAUSE_MS) return;
    lastReadOnly = now;
    onReadOnly(error);
  }

  return {
    ask,
    async check() {
      if (!isAway) return;
      const mayAsk = asking === undefined && performance.now() - lastFailure >= PAUSE_MS;
      if (mayAsk && (await ask())) return;
      const error = new DatabaseAwayError("MySQL gave no answer a moment ago");
      if (mayAsk) {
        lastFailure = performance.now();
        onAway(error);
      }
      throw error;
    },
    report(failure, openedAt) {
      const isReadOnly = isReadOnlyServer(failure);
      const now = performance.now();
      const isNewlyKnown = openedAt > retireOpenedBefore && now - retireOpenedBefore >= RETIRE_PAUSE_MS;
      if ((isReadOnly || isSilence(failure)) && isNewlyKnown) retireOpenedBefore = now;
      if (isReadOnly) noteReadOnly(failure);
      diagnosis ??= diagnose(failure).finally(() => {
        diagnosis = undefined;
      });
    },
    get retireOpenedBefore() {
      return retireOpenedBefore;
    },
  };
}
