import type { Compilable } from "kysely";
import { createBatcher } from "./batcher.ts";
import type { Answers } from "../database/database.ts";
import { inOneTrip, isContention, isDatabaseAway, transactInTrips } from "../database/database.ts";
import type { Db } from "../database/schema.ts";

/** What is asked of MySQL for many at once: statements for several items, and what the answers say of each item, in their order. */
export interface Question<Item, Answer, Statements extends readonly Compilable[]> {
  ask: (items: Item[]) => Statements;
  read: (answers: Answers<Statements>, items: Item[]) => Answer[];
}

/**
 * Makes of a question a function that answers it for one item. Whatever is asked at the same time, be it the same question or another,
 * shares a round trip; nothing is answered from one that began before it was asked. When it fails, each item is asked for by itself and
 * has its own outcome; so may run twice what had succeeded before the failure.
 */
export type Trips = <Item, Answer, const Statements extends readonly Compilable[]>(
  question: Question<Item, Answer, Statements>,
) => (item: Item) => Promise<Answer>;

interface Call {
  question: Question<unknown, unknown, readonly Compilable[]>;
  item: unknown;
}

/** @param db opened for `multipleStatements` */
export function createTrips(db: Db): Trips {
  const enter = createBatcher(
    async (calls: Call[]) => {
      const asked = [...Map.groupBy(calls, ({ question }) => question)].map(([question, group]) => {
        const items = group.map(({ item }) => item);
        return { question, group, items, statements: question.ask(items) };
      });
      const all = asked.flatMap(({ statements }) => statements);
      // A question may be a transaction of its own, which a failure leaves open.
      const answers = await transactInTrips(db, (connection) => inOneTrip(connection, all));
      const results = new Map<Call, unknown>();
      for (const { question, group, items, statements } of asked) {
        const read = question.read(answers.splice(0, statements.length), items);
        if (read.length < group.length) throw new Error(`${group.length} items got ${read.length} answers`);
        for (const [n, call] of group.entries()) results.set(call, read[n]);
      }
      return calls.map((call) => results.get(call));
    },
    { size: 256, lanes: 4, mayBeOnes: (error) => isContention(error) || !isDatabaseAway(error) },
  );
  // The compiler cannot follow that a question's answers are its own.
  function makeAsker<Item, Answer, Statements extends readonly Compilable[]>(
    question: Question<Item, Answer, Statements>,
  ): (item: Item) => Promise<Answer>;
  function makeAsker(question: Call["question"]): (item: unknown) => Promise<unknown> {
    return (item) => enter({ question, item });
  }
  return makeAsker;
}
