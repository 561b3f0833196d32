import type { Compilable } from "kysely";
import { createBatcher } from "../batcher.ts";
import type { Answers } from "./database.ts";
import { inOneTrip, isContention, isDatabaseAway } from "./database.ts";
import type { Db } from "./schema.ts";

/** Round trips that are shared: to ask for one statement more costs a tenth of asking for it by itself. */
export interface Trips {
  /** What the statements are built with. */
  db: Db;
  /**
   * As `inOneTrip`, together with what others ask for at the same time; no statement waits for one that was asked for later. When one
   * fails, each caller's are run again by themselves, and have their own outcome.
   */
  ask: <const Statements extends readonly Compilable[]>(statements: Statements) => Promise<Answers<Statements>>;
}

/** @param db opened for `severalStatements` */
export function createTrips(db: Db): Trips {
  const ask = createBatcher(
    async (asked: (readonly Compilable[])[]) => {
      const answers = await inOneTrip(db, asked.flat());
      return asked.map((statements) => answers.splice(0, statements.length));
    },
    { size: 64, lanes: 4, mayBeOnes: (error) => isContention(error) || !isDatabaseAway(error) },
  );
  // The compiler cannot follow that the rows are those of the statements.
  function asked<const Statements extends readonly Compilable[]>(statements: Statements): Promise<Answers<Statements>>;
  function asked(statements: readonly Compilable[]): Promise<unknown[]> {
    return ask(statements);
  }
  return { db, ask: asked };
}
