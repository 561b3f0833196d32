import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ESTIMATED_WRITE_BYTES_PER_SECOND } from "../../../../rtdb-server/limits.ts";
import { type TestDatabase, createTestDatabase } from "../../../support/rtdb/test-database.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.rest("PUT", "/x.json", { body: { a: 1 } });
});
afterAll(() => database.close());

const read = (params: Record<string, string>): ReturnType<TestDatabase["rest"]> =>
  database.rest("GET", "/x.json", { params });

test.each(["300s", "15min", "900000ms"])("timeout=%s is accepted", async (timeout) => {
  expect((await read({ timeout })).status).toBe(200);
});

test.each(["0s", "-1s", "3", "s", "3h", "16min", "900001ms", "1.5s", ""])("timeout=%s is refused", async (timeout) => {
  const response = await read({ timeout });
  expect([response.status, response.text]).toEqual([400, expect.stringContaining("timeout takes")]);
});

test("download makes a browser save the response as a file", async () => {
  const response = await read({ download: 'my "data" (1)\r\n.json' });
  expect([response.status, response.json()]).toEqual([200, { a: 1 }]);
  expect(response.headers.get("content-disposition")).toBe(
    "attachment; filename*=UTF-8''my%20%22data%22%20%281%29%0D%0A.json",
  );
  expect((await read({})).headers.get("content-disposition")).toBeNull();
});

test("writeSizeLimit refuses a write that is estimated to take too long, and a delete too", async () => {
  const half = "x".repeat(ESTIMATED_WRITE_BYTES_PER_SECOND / 2);
  const body = { a: half, b: half };
  const write = async (method: string, writeSizeLimit: string): Promise<number> => {
    const { status, text } = await database.rest(method, "/large.json", {
      params: { writeSizeLimit },
      ...(method === "DELETE" ? {} : { body }),
    });
    if (status === 400) expect(text).toContain("Data to write exceeds the maximum size");
    return status;
  };
  for (const method of ["PUT", "PATCH", "POST"]) expect([method, await write(method, "tiny")]).toEqual([method, 400]);
  expect((await database.rest("GET", "/large.json")).json()).toBeNull();
  expect(await write("PUT", "small")).toBe(200);
  expect(await write("DELETE", "tiny")).toBe(400);
  expect(await write("DELETE", "medium")).toBe(200);
  for (const limit of ["large", "unlimited"]) expect(await write("PUT", limit)).toBe(200);
  const small = await database.rest("PUT", "/small.json", { body: 1, params: { writeSizeLimit: "tiny" } });
  expect(small.status).toBe(200);
});

test.each(["huge", "Tiny", "", "toString"])("writeSizeLimit=%j is refused", async (writeSizeLimit) => {
  const response = await database.rest("PUT", "/y.json", { body: 1, params: { writeSizeLimit } });
  expect([response.status, response.text]).toEqual([400, expect.stringContaining("writeSizeLimit takes tiny")]);
});

test("a parameter is refused where it has no meaning", async () => {
  expect((await read({ writeSizeLimit: "tiny" })).status).toBe(400);
  for (const name of ["timeout", "download"]) {
    const response = await database.rest("PUT", "/y.json", { body: 1, params: { [name]: "3s" } });
    expect([name, response.status]).toEqual([name, 400]);
  }
});
