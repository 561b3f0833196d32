import { callbackify } from "node:util";
import type { MysqlPool } from "kysely";
import { type PoolOptions, createPool } from "mysql2";
import { DatabaseAwayError, isDatabaseAway } from "../mysql-errors.ts";
import type { Availability } from "./availability.ts";
import { cutOff } from "./cut-off.ts";
import { type ConnectionLimits, type DriverConnection, DeadlineConnection } from "./deadline-connection.ts";

export interface DeadlinePoolOptions extends ConnectionLimits {
  driver: PoolOptions;
  availability: Availability;
  /** How long it may take to get a connection, opening it included. A new one may take as long again to be prepared. */
  acquireMs: number;
  /** Prepares a new connection. If it rejects, the connection is closed. */
  prepare: (connection: DeadlineConnection) => Promise<void>;
  onWait?: ((change: 1 | -1) => void) | undefined;
  onOpen?: ((change: 1 | -1) => void) | undefined;
}

/** How long a pool that ends waits for the server to close its side of the connections. */
const END_MS = 1_000;

/**
 * A pool of the driver in which nothing waits for ever: not a statement, nor a connection, nor the end. While MySQL is away, a connection
 * is refused at once.
 *
 * How many wait for a connection is bounded by the requests that a function takes at once (`concurrency`), and by the time they may wait.
 */
export function createDeadlinePool(options: DeadlinePoolOptions): MysqlPool {
  const { driver, availability, acquireMs, prepare, onWait = () => {}, onOpen = () => {}, ...limits } = options;
  const pool = createPool(driver);
  const open = new Map<DriverConnection, DeadlineConnection>();

  async function acquire(): Promise<DeadlineConnection> {
    await availability.check();
    onWait(1);
    try {
      return await acquireUsable();
    } finally {
      onWait(-1);
    }
  }

  async function acquireUsable(): Promise<DeadlineConnection> {
    const endsAt = performance.now() + acquireMs;
    for (;;) {
      const raw = await acquireRaw(endsAt - performance.now());
      const known = open.get(raw);
      if (!known) return prepareNew(raw);
      if (known.isUsable()) return known;
      known.destroy();
    }
  }

  function acquireRaw(timeoutMs: number): Promise<DriverConnection> {
    return new Promise((resolve, reject) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        reject(new DatabaseAwayError(`no connection to MySQL within ${acquireMs} ms`));
      }, timeoutMs);
      pool.getConnection((error, raw) => {
        clearTimeout(timer);
        if (error) {
          availability.report(error, performance.now());
          reject(new DatabaseAwayError(`no connection to MySQL: ${error.message}`, { cause: error }));
        } else if (!isLate) resolve(raw);
        else if (open.has(raw)) raw.release();
        else cutOff(raw);
      });
    });
  }

  async function prepareNew(raw: DriverConnection): Promise<DeadlineConnection> {
    const forget = () => {
      if (open.delete(raw)) onOpen(-1);
    };
    const connection = new DeadlineConnection(raw, { ...limits, availability, onDestroy: forget });
    open.set(raw, connection);
    onOpen(1);
    raw.once("error", forget);
    raw.once("end", forget);
    const timer = setTimeout(() => connection.giveUp(), acquireMs);
    try {
      await prepare(connection);
    } catch (error) {
      connection.destroy();
      throw isDatabaseAway(error) ? error : new DatabaseAwayError(messageOf(error), { cause: error });
    } finally {
      clearTimeout(timer);
    }
    return connection;
  }

  return {
    getConnection: callbackify(acquire),
    end(callback) {
      let isDone = false;
      function finish(error: unknown): void {
        if (!isDone) callback(error);
        isDone = true;
      }
      pool.end(finish);
      // A silent server never closes its side. If only such a timer is left, the process ends without it.
      setTimeout(() => {
        for (const connection of [...open.values()]) connection.destroy();
        finish(undefined);
      }, END_MS).unref();
    },
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
