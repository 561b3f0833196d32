import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { findDrift } from "../../../functions/src/relay/videos/drift.ts";
import { CHANGES_KEPT } from "../../../functions/src/contract/realtime-nodes.ts";
import { changeKey } from "../../../functions/src/contract/realtime-paths.ts";
import { ModelMirror, ModelTables } from "./model.ts";

type Step =
  | { kind: "create"; id: number; size: number }
  | { kind: "edit" | "delete" | "quarantine"; which: number }
  | { kind: "configure"; seconds: number }
  | { kind: "rebuild" }
  | { kind: "purge" }
  | { kind: "relay" };

const NO_DRIFT = { missing: [], extra: [], stale: [], authorChanged: 0 };

// Ids are random, and not in the order of the changes: the clocks of two instances differ.
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("create"), id: fc.nat(1e6), size: fc.constantFrom(1, 2000) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("edit", "delete", "quarantine"), which: fc.nat(1e6) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("configure"), seconds: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rebuild") }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("relay") }) },
);

/** After a purge, deltas and full updates may differ: a delta leaves the entry of a purged tombstone. */
const stepOrPurge: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: step },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("purge") }) },
);

interface State {
  tables: ModelTables;
  mirror: ModelMirror;
}

function play({ tables, mirror }: State, one: Exclude<Step, { kind: "relay" }>, index: number): void {
  const { ids } = tables;
  if (one.kind === "configure") return tables.configure(one.seconds);
  if (one.kind === "rebuild") return tables.rebuild();
  if (one.kind === "purge") return tables.purge(mirror.to);
  if (one.kind === "create") {
    const id = `c${String(one.id).padStart(7, "0")}`;
    if (!ids.includes(id)) tables.create(id, `${index}`.padEnd(one.size, "x"));
    return;
  }
  // A comment is quarantined on its way to the mirror, before the mirror holds it.
  const candidates = one.kind === "quarantine" ? tables.changes(mirror.to, Infinity).map(({ id }) => id) : ids;
  const id = candidates[one.which % Math.max(1, candidates.length)];
  if (id !== undefined) tables[one.kind](id, `edit ${index}`);
}

function relayDeltas({ tables, mirror }: State, windowSize: number): void {
  while (mirror.to < tables.seq) {
    mirror.apply(tables.update(mirror.to, windowSize, "delta"));
    expect(missingChanges({ tables, mirror })).toEqual([]);
  }
}

/** The changes that a reader may rely on and the mirror lacks: the last ones before its number that no later one has overtaken. */
function missingChanges({ tables, mirror }: State): number[] {
  const kept = tables.changes(mirror.to - CHANGES_KEPT, Infinity).filter(({ seq }) => seq <= mirror.to);
  return kept.map(({ seq }) => seq).filter((seq) => !mirror.changes.has(changeKey(seq)));
}

/** Relays at each `relay` step and once more at the end. The deltas must leave what a full update would. */
function run(steps: Step[], windowSize: number): void {
  const state = { tables: new ModelTables(), mirror: new ModelMirror() };
  const relayAndCompare = () => {
    relayDeltas(state, windowSize);
    const refilled = new ModelMirror();
    if (state.tables.seq > 0) refilled.apply(state.tables.update(0, windowSize, "full"));
    expect(state.mirror.state).toEqual(refilled.state);
    expect(driftOf(state, windowSize)).toEqual(NO_DRIFT);
    expect(lastOf(state.mirror)).toBe(state.tables.seq);
  };
  for (const [index, one] of steps.entries()) {
    if (one.kind === "relay") relayAndCompare();
    else play(state, one, index);
  }
  relayAndCompare();
}

/** The last change that has an entry. Readers rely on it to be the last change. */
function lastOf({ changes }: ModelMirror): number {
  return Math.max(0, ...Array.from(changes.keys(), Number));
}

function driftOf({ tables, mirror }: State, windowSize: number) {
  const moving = tables.seq - mirror.to;
  const newest = tables.live(0, windowSize + moving);
  const newestIds = new Set(newest.map(({ id }) => id));
  const all = tables.changes(0, Infinity);
  return findDrift(
    {
      from: mirror.to,
      comments: Object.fromEntries(mirror.comments),
      changes: Object.fromEntries(mirror.changes),
      settings: mirror.settings,
    },
    {
      to: tables.seq,
      windowSize,
      quarantined: tables.quarantined,
      newest,
      changes: tables.changes(tables.seq - CHANGES_KEPT, CHANGES_KEPT),
      floorSeq: tables.floorSeq,
      others: new Map(all.filter(({ id }) => !newestIds.has(id)).map(({ id, seq }) => [id, seq])),
      settings: tables.settings,
    },
  );
}

const windowSizes = fc.constantFrom(1, 2, 5, 20, 500);

describe("the relay's deltas and full updates", () => {
  test("leave the same mirror, whatever changes there are and whenever they are relayed", () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 120 }), windowSizes, run), { numRuns: 400 });
  });

  test("leave the same mirror also after more changes than are kept", () => {
    fc.assert(fc.property(fc.array(step, { minLength: 300, maxLength: 500, size: "max" }), windowSizes, run), {
      numRuns: 20,
    });
  });

  test("keep the last changes before the number at which a delta is cut short", () => {
    const state = { tables: new ModelTables(), mirror: new ModelMirror() };
    const idOf = (n: number) => `c${String(n).padStart(7, "0")}`;
    for (let n = 1; n <= 300; n += 1) state.tables.create(idOf(n), "short");
    relayDeltas(state, 500);
    for (let n = 301; n < 480; n += 1) state.tables.create(idOf(n), "x".repeat(2_000));
    state.tables.edit(idOf(50), "edited");
    state.mirror.apply(state.tables.update(300, 500, "delta"));
    // Control: it is cut short.
    expect(state.mirror.to).toBeLessThan(450);
    expect(missingChanges(state)).toEqual([]);
    relayDeltas(state, 500);
    expect(driftOf(state, 500)).toEqual(NO_DRIFT);
  });

  test("show no drift while changes are on their way", () => {
    fc.assert(
      fc.property(fc.array(stepOrPurge, { maxLength: 80 }), windowSizes, (steps, windowSize) => {
        const state = { tables: new ModelTables(), mirror: new ModelMirror() };
        for (const [index, one] of steps.entries()) {
          if (one.kind === "relay") relayDeltas(state, windowSize);
          else play(state, one, index);
          if (state.tables.seq - state.mirror.to > windowSize) continue;
          expect(driftOf(state, windowSize)).toEqual(NO_DRIFT);
        }
      }),
      { numRuns: 300 },
    );
  });
});
