import type { MysqlPoolConnection, MysqlQueryResult, MysqlStream } from "kysely";
import type { PoolConnection, ResultSetHeader, RowDataPacket } from "mysql2";
import { DatabaseAwayError, isDatabaseAway } from "../mysql-errors.ts";
import type { Availability } from "./availability.ts";
import { cutOff } from "./cut-off.ts";

export type DriverConnection = PoolConnection;

export interface ConnectionLimits {
  /** A statement without an answer for this long fails, and its connection is destroyed. */
  statementMs: number;
  /** A connection is closed at this age, give or take a fifth, so that all connections follow a changed address, but not at once. */
  maxAgeMs: number;
  /** A connection that nobody used for this long is not used again. Less than the server's `wait_timeout`. */
  maxIdleMs: number;
}

type Done = (error: unknown, result: MysqlQueryResult) => void;

interface DeadlineConnectionOptions extends ConnectionLimits {
  availability: Availability;
  /** Is called when the connection is closed from this side. */
  onDestroy: () => void;
}

/** The product reads no rows one by one: a deadline could not tell a slow reader from silence. */
function refuseStream(): never {
  throw new Error("this pool streams no rows");
}

/** A pool's connection whose statements have a deadline. After its first silence it fails every statement, with the same error. */
export class DeadlineConnection implements MysqlPoolConnection {
  readonly config: object;
  readonly threadId: number;
  readonly #raw: DriverConnection;
  readonly #options: DeadlineConnectionOptions;
  readonly #openedAt = performance.now();
  readonly #maxAgeMs: number;
  #usedAt = performance.now();
  #failure: DatabaseAwayError | undefined;
  /** Whether a statement failed because MySQL is away or takes no writes. */
  #isSpent = false;
  /** Fails the statement that is under way. */
  #fail: (() => void) | undefined;

  constructor(raw: DriverConnection, options: DeadlineConnectionOptions) {
    this.#raw = raw;
    this.#options = options;
    this.#maxAgeMs = options.maxAgeMs * (0.8 + 0.4 * Math.random());
    this.config = raw.config;
    this.threadId = raw.threadId ?? 0;
  }

  /** Whether it may be used for the next request. */
  isUsable(): boolean {
    if (this.#failure || this.#isSpent || this.#openedAt <= this.#options.availability.retireOpenedBefore) return false;
    const now = performance.now();
    return now - this.#openedAt < this.#maxAgeMs && now - this.#usedAt < this.#options.maxIdleMs;
  }

  query(sql: string, values: unknown[], callback?: Done): { stream: () => MysqlStream } {
    const finish = callback ?? (() => {});
    const done: Done = (error, result) => {
      this.#usedAt = performance.now();
      if (isDatabaseAway(error)) {
        this.#isSpent = true;
        this.#options.availability.report(error, this.#openedAt);
      }
      finish(error, result);
    };
    if (this.#failure) finish(this.#failure, []);
    else this.#queryWithin(sql, values, done);
    return { stream: refuseStream };
  }

  #queryWithin(sql: string, values: unknown[], done: Done): void {
    this.#fail = () => {
      clearTimeout(timer);
      this.#fail = undefined;
      this.#failure = new DatabaseAwayError("MySQL gave no answer in time", { isSilence: true });
      // The driver then forgets the statement, and never calls back.
      this.destroy();
      done(this.#failure, []);
    };
    const timer = setTimeout(this.#fail, this.#options.statementMs);
    this.#raw.query<RowDataPacket[] | ResultSetHeader>({ sql, values }, (error, result) => {
      if (this.#failure) return;
      clearTimeout(timer);
      this.#fail = undefined;
      done(error, result);
    });
  }

  /** Ends the statement that is under way, and with it the connection, before its deadline. */
  giveUp(): void {
    this.#fail?.();
  }

  release(): void {
    if (this.isUsable()) this.#raw.release();
    else this.destroy();
  }

  destroy(): void {
    cutOff(this.#raw);
    this.#options.onDestroy();
  }

  connect(callback?: (error: unknown) => void): void {
    this.#raw.connect(callback);
  }
}
