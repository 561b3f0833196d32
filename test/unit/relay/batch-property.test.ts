import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { findDrift } from "../../../functions/src/relay/comments/drift.ts";
import { CHANGES_KEPT } from "../../../functions/src/contract/realtime-nodes.ts";
import { ModelRealtime, ModelTables } from "./model.ts";

type Step =
  | { kind: "create"; id: number; size: number }
  | { kind: "edit" | "delete" | "park"; which: number }
  | { kind: "relay" };

// Ids are random, not in the order of the changes: two instances' clocks differ.
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("create"), id: fc.nat(1e6), size: fc.constantFrom(1, 2000) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("edit", "delete", "park"), which: fc.nat(1e6) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("relay") }) },
);

function play(
  tables: ModelTables,
  { to }: ModelRealtime,
  one: Exclude<Step, { kind: "relay" }>,
  contents: number,
): void {
  const { ids } = tables;
  if (one.kind === "create") {
    const id = `c${String(one.id).padStart(7, "0")}`;
    if (!ids.includes(id)) tables.create(id, `${contents}`.padEnd(one.size, "x"));
    return;
  }
  // What is parked was refused on its way, so it is not there yet.
  const some = one.kind === "park" ? tables.changes(to, Infinity).map(({ id }) => id) : ids;
  const id = some[one.which % Math.max(1, some.length)];
  if (id !== undefined) tables[one.kind](id, `edit ${contents}`);
}

/** Relays after each `relay` step and once more at the end; what the delta path leaves must be what a snapshot would. */
function runs(steps: Step[], window: number): void {
  const tables = new ModelTables();
  const realtime = new ModelRealtime();
  const relay = () => {
    while (realtime.to < tables.seq) realtime.apply(tables.update(realtime.to, window, "delta"));
    const anew = new ModelRealtime();
    if (tables.seq > 0) anew.apply(tables.update(0, window, "snapshot"));
    expect(realtime.state).toEqual(anew.state);
    expect(drift(tables, realtime, window)).toEqual({ missing: [], extra: [], stale: [], renamed: 0 });
  };
  for (const [index, one] of steps.entries()) {
    if (one.kind === "relay") relay();
    else play(tables, realtime, one, index);
  }
  relay();
}

function drift(tables: ModelTables, { to, comments, changes }: ModelRealtime, window: number) {
  const moving = tables.seq - to;
  const newest = tables.live(0, window + moving);
  const known = new Set(newest.map(({ id }) => id));
  const all = tables.changes(0, Infinity);
  const others = new Map(all.filter(({ id }) => !known.has(id)).map(({ id, seq }) => [id, seq]));
  return findDrift(
    { from: to, comments: Object.fromEntries(comments), changes: Object.fromEntries(changes) },
    {
      to: tables.seq,
      window,
      parked: tables.parked,
      newest,
      changes: tables.changes(tables.seq - CHANGES_KEPT, CHANGES_KEPT),
      others,
    },
  );
}

const windows = fc.constantFrom(1, 2, 5, 20, 500);

describe("the relay's two ways of writing", () => {
  test("any changes, relayed one by one at any times, leave what the video's whole state written anew would", () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 120 }), windows, runs), { numRuns: 400 });
  });

  test("also over more changes than are kept", () => {
    fc.assert(fc.property(fc.array(step, { minLength: 300, maxLength: 500, size: "max" }), windows, runs), {
      numRuns: 20,
    });
  });

  test("nothing is called drift while changes are on their way", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), windows, (steps, window) => {
        const tables = new ModelTables();
        const realtime = new ModelRealtime();
        for (const [index, one] of steps.entries()) {
          if (one.kind !== "relay") play(tables, realtime, one, index);
          else while (realtime.to < tables.seq) realtime.apply(tables.update(realtime.to, window, "delta"));
          if (tables.seq - realtime.to > window) continue;
          expect(drift(tables, realtime, window)).toEqual({ missing: [], extra: [], stale: [], renamed: 0 });
        }
      }),
      { numRuns: 300 },
    );
  });
});
