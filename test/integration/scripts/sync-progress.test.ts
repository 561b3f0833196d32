import { expect, jest, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import type { Comparison } from "../../../functions/src/relay/mechanism/subject.ts";
import { reconcile } from "../../../scripts/sync/reconcile.ts";
import { useApp } from "../../support/app/use-app.ts";
import { RULES } from "../../support/realtime/rules.ts";

// A Realtime Database of its own, since the command reads everything in it.
const app = useApp({ rules: RULES });

test("a comparison that fails shows how far it came before the error", async () => {
  const { context } = app;
  const equal: Comparison = { id: "v", outcome: "equal", missing: [], extra: [], stale: [] };
  const videoRelay: typeof context.videoRelay = {
    ...context.videoRelay,
    async reconcileAll({ onCompared }) {
      onCompared?.(equal);
      // Progress is shown after the first two seconds.
      await sleep(2_100);
      onCompared?.(equal);
      onCompared?.(equal);
      throw new Error("away");
    },
  };
  const lines: unknown[] = [];
  const print = jest.spyOn(console, "error").mockImplementation((line) => void lines.push(line));
  const options = { videoId: undefined, all: false, dryRun: true, prune: false, isConfirmed: false };
  await expect(reconcile({ ...context, videoRelay }, options)).rejects.toThrow("away");
  print.mockRestore();
  expect(lines).toEqual(["2 done", "3 done"]);
});
