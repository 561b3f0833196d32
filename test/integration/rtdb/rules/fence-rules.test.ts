import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { FENCE_CASES, DATA_BEFORE } from "../../../support/realtime/fence-cases.ts";
import { RawClient } from "../../../support/rtdb/raw-client.ts";
import { type TestDatabase, createTestDatabase } from "../../../support/rtdb/test-database.ts";
import { unsignedToken } from "../../../support/rtdb/unsigned-token.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.setRules(readFileSync("database.rules.json", "utf8"));
});
afterAll(() => database.close());

const readAll = async (): Promise<string> => (await database.rest("GET", "/.json", { admin: true })).text;
const writeAll = (json: unknown) =>
  database.rest("PUT", "/.json", { admin: true, body: JSON.stringify(json), params: { print: "silent" } });

test.each(FENCE_CASES)(
  "over REST: $what (allowed: $allowed)",
  async ({ before = DATA_BEFORE, uid = "relay", parts, allowed }) => {
    await writeAll(before);
    const textBefore = await readAll();
    const response = await database.rest("PATCH", "/.json", {
      body: parts,
      params: { print: "silent" },
      ...(uid === null ? {} : { user: uid }),
    });
    expect(response.status).toBe(allowed ? 204 : 401);
    if (!allowed) expect(await readAll()).toBe(textBefore);
  },
);

test.each(FENCE_CASES)(
  "over a WebSocket: $what (allowed: $allowed)",
  async ({ before = DATA_BEFORE, uid = "relay", parts, allowed }) => {
    await writeAll(before);
    const textBefore = await readAll();
    const client = await RawClient.open(database);
    if (uid !== null) await client.request("auth", { cred: unsignedToken({ sub: uid }) });
    expect((await client.request("m", { p: "/", d: parts })).s).toBe(allowed ? "ok" : "permission_denied");
    if (!allowed) expect(await readAll()).toBe(textBefore);
    client.socket.terminate();
  },
);
