import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { DATA_BEFORE, FENCE_CASES } from "../../support/realtime/fence-cases.ts";
import { RawClient } from "../../support/rtdb-raw.ts";
import { createTestDatabase, unsignedToken } from "../../support/rtdb.ts";
import type { TestDatabase } from "../../support/rtdb.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.setRules(readFileSync("database.rules.json", "utf8"));
});
afterAll(() => database.close());

const data = async (): Promise<string> => (await database.rest("GET", "/.json", { admin: true })).text;

test.each(FENCE_CASES)(
  "over REST, $what: allowed is $allowed",
  async ({ before = DATA_BEFORE, uid = "relay", parts, allowed }) => {
    await database.rest("PUT", "/.json", { admin: true, body: JSON.stringify(before) });
    const stood = await data();
    const answer = await database.rest("PATCH", "/.json", {
      body: parts,
      params: { print: "silent" },
      ...(uid === null ? {} : { user: uid }),
    });
    expect(answer.status).toBe(allowed ? 204 : 401);
    if (!allowed) expect(await data()).toBe(stood);
  },
);

test.each(FENCE_CASES)(
  "over a WebSocket, $what: allowed is $allowed",
  async ({ before = DATA_BEFORE, uid = "relay", parts, allowed }) => {
    await database.rest("PUT", "/.json", { admin: true, body: JSON.stringify(before) });
    const stood = await data();
    const client = await RawClient.open(database);
    if (uid !== null) await client.ask("auth", { cred: unsignedToken({ sub: uid }) });
    expect((await client.ask("m", { p: "/", d: parts })).s).toBe(allowed ? "ok" : "permission_denied");
    if (!allowed) expect(await data()).toBe(stood);
    client.socket.terminate();
  },
);
