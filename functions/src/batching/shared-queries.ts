import { isDatabaseAway } from "../database/mysql-errors.ts";
import type { Db } from "../database/schema.ts";
import { type RowsOfEach, type Statement, executeAll } from "../database/statement.ts";
import { withRollback } from "../database/transactions.ts";
import { createBatcher } from "./batcher.ts";
import { eachAloneOnFailure } from "./each-alone.ts";

/**
 * Shared queries: the look-ups that nearly every request needs (session, posting state, video state, rate-limit points) go to MySQL in one
 * round trip for all requests of the moment. Other reads are queries of their own. A post asks for its session, its posting state and the
 * rate-limit points that its instance lacks, one of its device at least; 30 posts of as many users at once take one round trip instead of
 * 90. DESIGN.md, decisions 50 and 51, says when a limit takes a round trip of its own.
 *
 * Why it is safe: the batcher lets a call join only a round trip that has not begun, so no answer is older than its question. When a
 * statement fails, each item is asked for by itself and has its own outcome; when MySQL is away, all of them fail. Rate limits are counted
 * here too, unless their counts are in Redis: after a failure a count may be doubled.
 *
 * The trade-off: a locked table holds up everything in the same round trip, for up to the pool's lock timeout.
 */
export interface SharedQuery<Item, Result, Statements extends readonly Statement[]> {
  /** Builds the statements that answer all items. They may be a transaction: it must be safe to run twice. */
  buildStatements: (items: Item[]) => Statements;
  /** Finds each item's result, in the items' order. */
  readResults: (rows: RowsOfEach<Statements>, items: Item[]) => Result[];
}

/** Turns a shared query into a function that answers it for one item. */
export type ShareQuery = <Item, Result, const Statements extends readonly Statement[]>(
  query: SharedQuery<Item, Result, Statements>,
) => (item: Item) => Promise<Result>;

/** The most items in one round trip. */
const MAX_SIZE = 256;
/** The most round trips at once; each takes a connection. Items that are asked for alone take further ones, as many as the pool has. */
const MAX_RUNNING = 4;

interface Call {
  query: SharedQuery<unknown, unknown, readonly Statement[]>;
  item: unknown;
}

/** @param db opened with `multipleStatements`, unless it is for a single query of one statement */
export function createSharedQueries(db: Db): ShareQuery {
  const isItemError = (error: unknown) => !isDatabaseAway(error);
  const ask = createBatcher(
    eachAloneOnFailure((calls: Call[]) => askAll(db, calls), { isItemError }),
    {
      maxSize: MAX_SIZE,
      maxRunning: MAX_RUNNING,
    },
  );

  // The compiler cannot follow that a query's results are its own.
  function share<Item, Result, Statements extends readonly Statement[]>(
    query: SharedQuery<Item, Result, Statements>,
  ): (item: Item) => Promise<Result>;
  function share(query: Call["query"]): (item: unknown) => Promise<unknown> {
    return (item) => ask({ query, item });
  }
  return share;
}

async function askAll(db: Db, calls: Call[]): Promise<unknown[]> {
  const groups = [...Map.groupBy(calls, ({ query }) => query)].map(([query, group]) => {
    const items = group.map(({ item }) => item);
    return { query, group, items, statements: query.buildStatements(items) };
  });
  const all = groups.flatMap(({ statements }) => statements);
  // A query's statements may be a transaction, which a failure leaves open: roll it back.
  const rows = await withRollback(db, (connection) => executeAll(connection, all));

  const results = new Map<Call, unknown>();
  let first = 0;
  for (const { query, group, items, statements } of groups) {
    const found = query.readResults(rows.slice(first, first + statements.length), items);
    first += statements.length;
    if (found.length < group.length) throw new Error(`${group.length} items got ${found.length} results`);
    for (const [n, call] of group.entries()) results.set(call, found[n]);
  }
  return calls.map((call) => results.get(call));
}
