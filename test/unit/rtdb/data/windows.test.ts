import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Namespace } from "../../../../rtdb-server/data/namespace.ts";
import { parseQuery } from "../../../../rtdb-server/query/query.ts";
import { ADMIN } from "../../../../rtdb-server/session/credentials.ts";
import { nodeAt } from "../../../../rtdb-server/tree/node.ts";
import { exportText } from "../../../../rtdb-server/tree/text.ts";
import { json, path, query, toWire, write } from "../../../support/rtdb-arbitraries.ts";
import { at, setAt, toJson, windowOf } from "../../../support/rtdb-model.ts";
import type { Push } from "../../../../rtdb-server/data/push.ts";
import type { Model, ModelQuery } from "../../../support/rtdb-model.ts";

/** A client that knows only what is pushed to it. */
class Mirror {
  readonly owner = this;
  readonly place: readonly string[];
  readonly query: ModelQuery | null;
  seen: Model;
  pushes = 0;

  constructor(namespace: Namespace, place: readonly string[], query: ModelQuery | null) {
    this.place = place;
    this.query = query;
    const view = namespace.listens.add(place, query && parseQuery(toWire(query)), this, namespace.root);
    this.seen = setAt(null, place, JSON.parse(exportText(view.shown(nodeAt(namespace.root, place)))));
  }

  push(push: Push): void {
    this.pushes += 1;
    const { a, b } = (JSON.parse(push.message(null)) as { d: { a: string; b: { p: string; d: unknown } } }).d;
    const base = b.p === "" ? [] : b.p.split("/");
    const parts =
      a === "m"
        ? Object.entries(b.d as object).map(([key, json]) => [[...base, ...key.split("/")], json] as const)
        : [[base, b.d] as const];
    for (const [path, json] of parts) this.seen = setAt(this.seen, path, json);
  }

  recheck(): void {
    throw new Error("no rule has changed");
  }
}

const listen = fc.record({
  place: fc.oneof({ weight: 3, arbitrary: path.map((keys) => keys.slice(0, 2)) }, fc.constant([])),
  query: fc.option(query, { nil: null }),
});

test("after any writes every listener, whatever its query, holds what a naive model of the data holds, with one push for each write at most", () => {
  fc.assert(
    fc.property(
      json,
      fc.array(listen, { minLength: 1, maxLength: 4 }),
      fc.array(write, { minLength: 1, maxLength: 8 }),
      (initial, listens, writes) => {
        const namespace = new Namespace("test", null);
        namespace.write([{ path: ["a"], json: initial }], ADMIN);
        let model = setAt(null, ["a"], initial);
        const mirrors = listens.map(({ place, query }) => new Mirror(namespace, place, query));
        for (const parts of writes) {
          for (const mirror of mirrors) mirror.pushes = 0;
          namespace.write(parts, ADMIN);
          for (const part of parts) model = setAt(model, part.path, part.json);
          for (const { place, query, seen, pushes } of mirrors) {
            const expected = at(model, place);
            expect(toJson(at(seen, place))).toEqual(toJson(query === null ? expected : windowOf(expected, query)));
            expect(pushes).toBeLessThanOrEqual(1);
          }
        }
        expect(JSON.parse(exportText(namespace.root))).toEqual(toJson(model));
      },
    ),
    { numRuns: 2000 },
  );
});
