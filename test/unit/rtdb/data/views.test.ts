import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { Namespace } from "../../../../rtdb-server/data/namespace.ts";
import { MAX_SORTED_INDEXES } from "../../../../rtdb-server/limits.ts";
import { ADMIN } from "../../../../rtdb-server/rules/identity.ts";
import { pushMessage } from "../../../../rtdb-server/session/messages.ts";
import { parseWireQuery } from "../../../../rtdb-server/session/wire-query.ts";
import { exportText } from "../../../../rtdb-server/tree/json-text.ts";
import { nodeAt } from "../../../../rtdb-server/tree/node.ts";
import { json, path, query, toWireQuery, write } from "../../../support/rtdb/arbitraries.ts";
import { type Model, type ModelQuery, at, setAt, toJson, windowOf } from "../../../support/rtdb/model.ts";
import type { Push } from "../../../../rtdb-server/data/push.ts";
import type { Listener } from "../../../../rtdb-server/data/view.ts";

interface PushedMessage {
  readonly d: { readonly a: "d" | "m"; readonly b: { readonly p: string; readonly d: unknown } };
}

/** A listener that holds what its first result and the pushes say, and nothing else. */
class ModelListener implements Listener {
  readonly owner = this;
  readonly location: readonly string[];
  readonly query: ModelQuery | null;
  data: Model;
  pushes = 0;

  constructor(namespace: Namespace, location: readonly string[], query: ModelQuery | null) {
    this.location = location;
    this.query = query;
    const view = namespace.addListener(location, query && parseWireQuery(toWireQuery(query)), this);
    const result = view.resultOf(nodeAt(namespace.root, location));
    this.data = setAt(null, location, JSON.parse(exportText(result)));
  }

  push(push: Push): void {
    this.pushes += 1;
    const { a: action, b: body } = (JSON.parse(pushMessage(push, null)) as PushedMessage).d;
    const path = keysOf(body.p);
    if (action === "d") this.data = setAt(this.data, path, body.d);
    else {
      for (const [relativePath, json] of Object.entries(body.d as object)) {
        this.data = setAt(this.data, [...path, ...keysOf(relativePath)], json);
      }
    }
  }

  recheck(): void {
    throw new Error("no rules have changed");
  }
}

const keysOf = (path: string): string[] => (path === "" ? [] : path.split("/"));

const listen = fc.record({
  location: fc.oneof({ weight: 3, arbitrary: path.map((keys) => keys.slice(0, 2)) }, fc.constant([])),
  query: fc.option(query, { nil: null }),
});

test("after any writes every listener holds what a simple model of the data gives, with at most one push a write", () => {
  fc.assert(
    fc.property(
      json,
      fc.array(listen, { minLength: 1, maxLength: 4 }),
      fc.array(write, { minLength: 1, maxLength: 8 }),
      (initial, listens, writes) => {
        const namespace = new Namespace("test", null);
        namespace.write([{ path: ["a"], json: initial }], ADMIN);
        let model = setAt(null, ["a"], initial);
        const listeners = listens.map(({ location, query }) => new ModelListener(namespace, location, query));
        for (const changes of writes) {
          for (const listener of listeners) listener.pushes = 0;
          namespace.write(changes, ADMIN);
          for (const { path, json } of changes) model = setAt(model, path, json);
          for (const { location, query, data, pushes } of listeners) {
            const atLocation = at(model, location);
            const expected = query === null ? atLocation : windowOf(atLocation, query);
            expect(toJson(at(data, location))).toEqual(toJson(expected));
            expect(pushes).toBeLessThanOrEqual(1);
          }
        }
        expect(JSON.parse(exportText(namespace.root))).toEqual(toJson(model));
      },
    ),
    { numRuns: 2000 },
  );
});

test("windows beyond the maximum of sorted indexes are right too", () => {
  const indexes = Array.from({ length: MAX_SORTED_INDEXES + 2 }, (_, i) => `index-${i}`);
  const child = (value: number): object => Object.fromEntries(indexes.map((index) => [index, value]));
  const namespace = new Namespace("test", null);
  namespace.write([{ path: ["list"], json: { a: child(1), b: child(2), c: child(3) } }], ADMIN);
  const listeners = indexes.map((orderBy) => new ModelListener(namespace, ["list"], { orderBy, limitToLast: 2 }));
  namespace.write([{ path: ["list", "c"], json: child(0) }], ADMIN);
  for (const { data } of listeners) expect(toJson(data)).toEqual({ list: { a: child(1), b: child(2) } });
});
