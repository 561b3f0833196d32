import { expect, test } from "@jest/globals";
import { NetworkError } from "../../../../web/src/http/errors.ts";
import { lazyOutbox } from "../../../../web/src/outbox/load.ts";

test("an outbox whose code cannot be loaded is a network error", async () => {
  const outbox = lazyOutbox(() => Promise.reject(new TypeError("Failed to fetch the module")));
  await expect(outbox.load()).rejects.toThrow(NetworkError);
});
