import { Namespace } from "../../rtdb/data/namespace.ts";
import { parseQuery } from "../../rtdb/query/query.ts";
import { ADMIN } from "../../rtdb/session/credentials.ts";
import type { Figure } from "./figure.ts";

const ROUNDS = 50_000;

/** Microseconds of a small write among so many siblings, under a window of ten, with so many listeners elsewhere. */
function writeTime(siblings: number, listenersElsewhere: number): number {
  const namespace = new Namespace("bench", null);
  const list = Object.fromEntries(Array.from({ length: siblings }, (_, i) => [`k${i}`, { n: i, text: "some text" }]));
  namespace.write([{ path: ["list"], json: list }], ADMIN);
  const listener = { owner: {}, push: () => {}, recheck: () => {} };
  namespace.listens.add(["list"], parseQuery({ i: "n", l: 10, vf: "r" }), listener, namespace.root);
  for (let i = 0; i < listenersElsewhere; i += 1) {
    namespace.listens.add(
      ["elsewhere", `${i}`],
      null,
      { owner: {}, push: () => {}, recheck: () => {} },
      namespace.root,
    );
  }
  const write = (i: number): void =>
    namespace.write([{ path: ["list", `k${i % siblings}`], json: { n: i, text: "some text" } }], ADMIN);
  for (let i = 0; i < ROUNDS / 5; i += 1) write(i);
  const begun = performance.now();
  for (let i = 0; i < ROUNDS; i += 1) write(i);
  return ((performance.now() - begun) * 1000) / ROUNDS;
}

export function measureSiblings(): Promise<Figure[]> {
  const few = { what: "with 10 siblings", value: writeTime(10, 0) };
  return Promise.resolve([
    { what: "a write under a window, with 100,000 siblings", value: writeTime(100_000, 0), unit: "us", reference: few },
    {
      what: "a write under a window, with 20,000 listeners elsewhere",
      value: writeTime(10, 20_000),
      unit: "us",
      reference: few,
    },
  ]);
}
