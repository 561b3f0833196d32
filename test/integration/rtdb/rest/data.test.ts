import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type RestOptions, type TestDatabase, createTestDatabase } from "../../../support/rtdb/test-database.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.setRules({
    ".read": true,
    ".write": true,
    indexed: { ".indexOn": ["n", ".value"] },
    own: { $uid: { ".read": "auth.uid === $uid", ".write": "auth.uid === $uid" } },
  });
});
afterAll(() => database.close());

async function rest(method: string, path: string, options?: RestOptions): Promise<[number, unknown]> {
  const response = await database.rest(method, path, options);
  return [response.status, response.text === "" ? "" : response.json()];
}

test("GET, PUT, PATCH, POST and DELETE read and write data and respond as documented", async () => {
  expect(await rest("GET", "/crud.json")).toEqual([200, null]);
  expect(await rest("PUT", "/crud.json", { body: { a: 1, b: { c: 2 } } })).toEqual([200, { a: 1, b: { c: 2 } }]);
  expect(await rest("PATCH", "/crud.json", { body: { "b/d": 3, a: null } })).toEqual([200, { "b/d": 3, a: null }]);
  expect(await rest("GET", "/crud.json")).toEqual([200, { b: { c: 2, d: 3 } }]);
  const [status, pushed] = await rest("POST", "/crud/list.json", { body: '"x"' });
  const { name } = pushed as { name: string };
  expect([status, name]).toEqual([200, expect.stringMatching(/^[-\w]{20}$/)]);
  expect(await rest("GET", `/crud/list/${name}.json`)).toEqual([200, "x"]);
  expect(await rest("DELETE", "/crud.json")).toEqual([200, null]);
  expect(await rest("GET", "/crud.json")).toEqual([200, null]);
});

test("keys from POST sort in the order of their creation", async () => {
  const names: string[] = [];
  for (let i = 0; i < 50; i += 1)
    names.push(((await rest("POST", "/names.json", { body: i }))[1] as { name: string }).name);
  expect(names.toSorted()).toEqual(names);
});

test("a header can override the method of a POST", async () => {
  const headers = { "x-http-method-override": "PATCH" };
  await rest("PUT", "/override.json", { body: { a: 1 } });
  expect(await rest("POST", "/override.json", { body: { b: 2 }, headers })).toEqual([200, { b: 2 }]);
  expect(await rest("GET", "/override.json")).toEqual([200, { a: 1, b: 2 }]);
  const deletes = { "x-http-method-override": "DELETE" };
  expect(await rest("POST", "/override.json", { body: { c: 3 }, headers: deletes })).toEqual([200, null]);
  expect(await rest("GET", "/override.json")).toEqual([200, null]);
});

test("print=silent gives 204 without a body, print=pretty indents, and both work for reads", async () => {
  const silent = await database.rest("PATCH", "/print.json", { body: { a: 1 }, params: { print: "silent" } });
  expect([silent.status, silent.text]).toEqual([204, ""]);
  expect((await database.rest("GET", "/print.json", { params: { print: "pretty" } })).text).toBe('{\n  "a": 1\n}');
  expect((await database.rest("GET", "/print.json", { params: { print: "silent" } })).status).toBe(204);
});

test("shallow=true shows only keys, and format=export shows priorities", async () => {
  await rest("PUT", "/forms.json", { body: { a: { deep: 1 }, b: { ".value": 2, ".priority": "p" } } });
  expect(await rest("GET", "/forms.json", { params: { shallow: "true" } })).toEqual([200, { a: true, b: true }]);
  expect(await rest("GET", "/forms/b.json", { params: { shallow: "true" } })).toEqual([200, 2]);
  expect(await rest("GET", "/forms.json")).toEqual([200, { a: { deep: 1 }, b: 2 }]);
  expect(await rest("GET", "/forms.json", { params: { format: "export" } })).toEqual([
    200,
    { a: { deep: 1 }, b: { ".value": 2, ".priority": "p" } },
  ]);
});

test("mostly filled integer keys are an array, and other keys an object", async () => {
  await rest("PUT", "/arrays.json", {
    body: { full: ["a", "b"], gap: { 0: "a", 2: "c" }, sparse: { 0: "a", 4: "e" }, odd: { 1: "b", x: 1 } },
  });
  expect(await rest("GET", "/arrays.json")).toEqual([
    200,
    { full: ["a", "b"], gap: ["a", null, "c"], sparse: { 0: "a", 4: "e" }, odd: { 1: "b", x: 1 } },
  ]);
});

test("server values are resolved, and names of Object's prototype are ordinary keys", async () => {
  const body = '{"__proto__":{"constructor":1},"toString":2,"at":{".sv":"timestamp"}}';
  await rest("PUT", "/keys.json", { body });
  expect((await database.rest("GET", "/keys.json")).text).toMatch(
    /^\{"__proto__":\{"constructor":1\},"at":\d+,"toString":2\}$/,
  );
});

test("a write with if-match succeeds only if the data still has that ETag", async () => {
  const tagged = { headers: { "x-firebase-etag": "true" } };
  const etag = async (): Promise<string> =>
    (await database.rest("GET", "/etag.json", tagged)).headers.get("etag") ?? "";
  expect(await etag()).toBe("null_etag");
  expect(await rest("PUT", "/etag.json", { body: 1, headers: { "if-match": "null_etag" } })).toEqual([200, 1]);
  const first = await etag();
  expect(await rest("PUT", "/etag.json", { body: 2, headers: { "if-match": first } })).toEqual([200, 2]);
  const stale = await database.rest("PUT", "/etag.json", { body: 3, headers: { "if-match": first } });
  expect([stale.status, stale.json(), stale.headers.get("etag")]).toEqual([412, 2, await etag()]);
  expect((await rest("DELETE", "/etag.json", { headers: { "if-match": first } }))[0]).toBe(412);
  expect((await rest("DELETE", "/etag.json", { headers: { "if-match": await etag() } }))[0]).toBe(200);
  expect((await rest("PATCH", "/etag.json", { body: { a: 1 }, headers: { "if-match": first } }))[0]).toBe(400);
  expect((await database.rest("GET", "/etag.json")).headers.get("etag")).toBeNull();
});

test("only one of twenty concurrent writes with the same ETag succeeds", async () => {
  await rest("PUT", "/race.json", { body: 0 });
  const etag =
    (await database.rest("GET", "/race.json", { headers: { "x-firebase-etag": "true" } })).headers.get("etag") ?? "";
  const responses = await Promise.all(
    Array.from({ length: 20 }, (_, i) => rest("PUT", "/race.json", { body: i + 1, headers: { "if-match": etag } })),
  );
  const statuses = responses.map(([status]) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  expect(statuses.filter((status) => status === 412)).toHaveLength(19);
});

test("rules count for an ID token, not for a bearer token, and again for a bearer token with an override", async () => {
  expect(await rest("PUT", "/own/alice.json", { body: 1 })).toEqual([200, 1]); // the rule at the root grants it
  await database.setRules({ own: { $uid: { ".read": "auth.uid === $uid", ".write": "auth.uid === $uid" } } });
  const denied = [401, { error: "Permission denied" }];
  expect(await rest("PUT", "/own/alice.json", { body: 2 })).toEqual(denied);
  expect(await rest("PUT", "/own/alice.json", { body: 2, user: "bob" })).toEqual(denied);
  expect(await rest("GET", "/own/alice.json", { user: "bob" })).toEqual(denied);
  expect(await rest("PUT", "/own/alice.json", { body: 2, user: "alice" })).toEqual([200, 2]);
  expect(await rest("PUT", "/own/bob.json", { body: 2, headers: { authorization: "Bearer anything" } })).toEqual([
    200, 2,
  ]);
  expect(await rest("PUT", "/own/bob.json", { body: 3, params: { access_token: "anything" } })).toEqual([200, 3]);
  const override = { auth_variable_override: '{"uid":"alice"}' };
  expect(await rest("PUT", "/own/bob.json", { body: 4, admin: true, params: override })).toEqual(denied);
  expect(await rest("PUT", "/own/alice.json", { body: 4, admin: true, params: override })).toEqual([200, 4]);
  expect(await rest("GET", "/own/alice.json", { params: { auth: "nonsense" } })).toEqual([
    401,
    { error: "Could not parse auth token." },
  ]);
  await database.setRules({ ".read": true, ".write": true, indexed: { ".indexOn": ["n", ".value"] } });
});

test.each([
  [{ orderBy: '"$key"', startAt: '"b"', limitToFirst: "1" }, { b: { n: 2 } }],
  [{ orderBy: '"n"', limitToLast: "1" }, { c: { n: 3 } }],
  [{ orderBy: '"n"', equalTo: "2" }, { b: { n: 2 } }],
  [{ orderBy: '"n"', startAfter: "1", endBefore: "3" }, { b: { n: 2 } }],
  [{ orderBy: '"n"', startAt: '2,"bb"' }, { c: { n: 3 } }],
  [
    { orderBy: '"$priority"', endAt: "5" },
    { a: { n: 1 }, b: { n: 2 }, c: { n: 3 } },
  ],
  [
    { orderBy: '"$value"', startAt: "true" },
    { a: { n: 1 }, b: { n: 2 }, c: { n: 3 } },
  ],
])("the query %j selects the right children", async (params, expected) => {
  await rest("PUT", "/indexed.json", { body: { a: { n: 1 }, b: { n: 2 }, c: { n: 3 } } });
  expect(await rest("GET", "/indexed.json", { params })).toEqual([200, expected]);
});

test.each([
  [{ limitToFirst: "1" }, "orderBy must be defined"],
  [{ startAt: "1" }, "orderBy must be defined"],
  [{ orderBy: "n" }, "orderBy must be a valid JSON encoded path"],
  [{ orderBy: '".key"' }, "Invalid orderBy"],
  [{ orderBy: '"n"', startAt: "bare" }, "must be a JSON primitive"],
  [{ orderBy: '"n"', equalTo: "{}" }, "bound of a query must be"],
  [{ orderBy: '"n"', limitToFirst: "1", limitToLast: "1" }, "exclude each other"],
  [{ orderBy: '"n"', limitToFirst: "0" }, "positive integer"],
  [{ orderBy: '"n"', equalTo: "1", startAt: "1" }, "exclude each other"],
  [{ orderBy: '"other"' }, 'Index not defined, add ".indexOn": "other", for path "/indexed", to the rules'],
  [{ orderBy: '"constructor"' }, 'Index not defined, add ".indexOn": "constructor"'],
  [{ shallow: "true", orderBy: '"n"' }, "shallow"],
])("the query %j is refused: %s", async (params, message) => {
  expect(await rest("GET", "/indexed.json", { params })).toEqual([400, { error: expect.stringContaining(message) }]);
});

test.each([
  ["PUT", "/x.json", "{"],
  ["PUT", "/x.json", ""],
  ["PATCH", "/x.json", "5"],
  ["PATCH", "/x.json", '{"a":1,"a/b":2}'],
  ["PUT", "/x.json", '{"a.b":1}'],
  ["PUT", "/x.json", '{"":1}'],
  ["PUT", "/x.json", '{"a/b":1}'],
  ["PUT", "/x.json", '{"a\\u0000":1}'],
  ["PUT", "/x.json", `{"${"k".repeat(769)}":1}`],
  ["PUT", "/x.json", '{".sv":"nonsense"}'],
  ["PUT", "/x.json", '{".value":{}}'],
  ["PUT", "/x.json", '{".value":1,".priority":{}}'],
  ["PUT", "/x.json", "1e999"],
  ["PUT", "/x.json", '{"a":'.repeat(40) + "1" + "}".repeat(40)],
  ["PUT", "/x.json", "[".repeat(100_000)],
  ["PUT", "/x.json", '{"a":'.repeat(100_000)],
  ["PUT", "/a.b/x.json", "1"],
  ["PUT", "/%00.json", "1"],
  ["PUT", "/a%2Fb.json", "1"],
  ["GET", "/%ff.json", undefined],
  ["GET", "/no-json", undefined],
])(
  "%s %s with a bad body or path (case %#) is refused with a reason and changes nothing",
  async (method, path, body) => {
    await rest("PUT", "/x.json", { body: '"as it was"' });
    const [status, json] = await rest(method, path, body === undefined ? {} : { body });
    expect([status, json]).toEqual([400, { error: expect.stringMatching(/./) }]);
    expect(await rest("GET", "/x.json")).toEqual([200, "as it was"]);
  },
);

test("a depth of 32 keys and a key of 768 bytes are accepted, 33 keys and 769 bytes are refused", async () => {
  const deep = (keys: number): string => '{"a":'.repeat(keys) + "1" + "}".repeat(keys);
  expect((await rest("PUT", "/.json", { body: deep(32) }))[0]).toBe(200);
  expect((await rest("PUT", "/.json", { body: deep(33) }))[0]).toBe(400);
  expect((await rest("PUT", `/${"a/".repeat(31)}a.json`, { body: "1" }))[0]).toBe(200);
  expect((await rest("PUT", `/${"a/".repeat(32)}a.json`, { body: "1" }))[0]).toBe(400);
  expect((await rest("PUT", "/b.json", { body: { ["é".repeat(384)]: 1 } }))[0]).toBe(200);
  expect((await rest("PUT", "/b.json", { body: { ["é".repeat(384) + "a"]: 1 } }))[0]).toBe(400);
});

test("unsupported features are refused with a message that says so", async () => {
  expect(await rest("GET", "/x.json", { params: { callback: "f" } })).toEqual([
    501,
    { error: expect.stringContaining("not supported") },
  ]);
  expect(await rest("POST", "/.settings/functionTriggers.json", { admin: true, body: {} })).toEqual([
    501,
    { error: expect.stringContaining("not supported") },
  ]);
});

test("preflights succeed, and a request for / gets 400 as a sign of life", async () => {
  const preflight = await database.rest("OPTIONS", "/x.json", {
    headers: { origin: "http://localhost:5000", "access-control-request-method": "PUT" },
  });
  expect(preflight.status).toBe(200);
  expect(preflight.headers.get("access-control-allow-origin")).toMatch(/^(\*|http:\/\/localhost:5000)$/);
  expect(preflight.headers.get("access-control-allow-methods")).toContain("PUT");
  expect((await fetch(`http://${database.host}:${database.port}/`)).status).toBe(400);
});

test("namespaces appear on first use with their own data and rules, and only an administrator can list them", async () => {
  const other = { params: { ns: "another" } };
  await rest("PUT", "/x.json", { body: '"here"' });
  expect(await rest("GET", "/x.json", other)).toEqual([200, null]);
  await rest("PUT", "/.settings/rules.json", { ...other, admin: true, body: { rules: { ".read": false } } });
  expect((await rest("GET", "/x.json", other))[0]).toBe(401);
  expect(await rest("GET", "/x.json")).toEqual([200, "here"]);
  expect((await rest("PUT", "/.settings/rules.json", { body: { rules: {} } }))[0]).toBe(401);
  expect((await rest("GET", "/.inspect/databases.json"))[0]).toBe(401);
  expect((await rest("GET", "/.inspect/databases.json", { admin: true }))[1]).toEqual(
    expect.arrayContaining([expect.objectContaining({ name: "another" })]),
  );
});
