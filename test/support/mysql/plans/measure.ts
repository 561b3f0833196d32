import { type KyselyPlugin, sql } from "kysely";
import { openDatabase } from "../../../../functions/src/database/open-database.ts";
import type { Db } from "../../../../functions/src/database/schema.ts";

export interface Measured {
  /** The statements that were run. */
  statements: string[];
  /** Rows that the server read from tables, indexes and temporary tables. */
  reads: number;
  /** Rows that were returned or changed. */
  returned: number;
}

/** Opens a database on one connection, to measure what a function of `tables/` reads. What the function writes is rolled back. */
export function openMeasured(url: string) {
  const statements: string[] = [];
  let returned = 0;
  const countRows: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      returned += Math.max(result.rows.length, Number(result.numAffectedRows ?? 0n));
      return result;
    },
  };
  const db = openDatabase({
    url,
    connections: 1,
    // To fill it with a million comments takes long.
    timeoutMs: 600_000,
    multipleStatements: true,
    log: ({ query }) => void statements.push(query.sql),
  });
  const counted = db.withPlugin(countRows);

  async function handlerReads(): Promise<number> {
    const { rows } = await sql<{ Value: string }>`SHOW SESSION STATUS LIKE 'Handler_read%'`.execute(db);
    return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
  }

  async function measure(run: (db: Db) => Promise<unknown>): Promise<Measured> {
    // A row that the storage engine drops by the condition on its index is not counted as read.
    await sql`SET SESSION optimizer_switch = 'index_condition_pushdown=off'`.execute(db);
    // Measured queries name users that need not exist.
    await sql`SET SESSION foreign_key_checks = 0`.execute(db);
    await sql`START TRANSACTION`.execute(db);
    try {
      const before = await handlerReads();
      const ownReads = (await handlerReads()) - before;
      const start = before + ownReads;
      statements.length = 0;
      returned = 0;
      await run(counted);
      const ran = [...statements];
      return { statements: ran, reads: (await handlerReads()) - start - ownReads, returned };
    } finally {
      await sql`ROLLBACK`.execute(db);
    }
  }
  return { db, measure };
}
