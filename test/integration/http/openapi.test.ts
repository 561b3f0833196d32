import { beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { PROBLEM_CODES, PROBLEMS } from "../../../functions/src/contract/problems.ts";
import { Client, password } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";
import { type Document, type Operation, Contract, contractOf } from "../../support/app/contract.ts";

const app = useApp({ users: { admin: "admin" } });
const { send } = app;
const { admin } = app.users;
let document: Document;
let operations: { name: string; method: string; path: string; operation: Operation }[];

beforeAll(async () => {
  ({ document } = await contractOf(send));
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([key, operation]) => {
      const method = key.toUpperCase();
      return { name: `${method} ${path}`, method, path, operation };
    }),
  );
});

describe("the OpenAPI document", () => {
  test("has a summary, a tag and an example of the body for each route, and an example of each problem", () => {
    expect(operations.length).toBeGreaterThan(25);
    for (const { name, operation } of operations) {
      expect([name, operation]).toEqual([
        name,
        expect.objectContaining({ summary: expect.any(String), tags: [expect.any(String)] }),
      ]);
      for (const [type, content] of Object.entries(operation.requestBody?.content ?? {})) {
        expect([name, type, content.example]).toEqual([name, "application/json", expect.anything()]);
      }
      for (const [status, response] of Object.entries(operation.responses)) {
        if (Number(status) < 400) continue;
        const content = response.content?.["application/problem+json"] as
          { examples?: Record<string, unknown> } | undefined;
        for (const code of Object.keys(content?.examples ?? {})) {
          expect([name, code, PROBLEMS[code as keyof typeof PROBLEMS].status]).toEqual([name, code, Number(status)]);
        }
        expect([name, Object.keys(content?.examples ?? {}).length > 0]).toEqual([name, true]);
      }
    }
  });

  test("documents every response: each route is called with its examples", async () => {
    for (const { name, method, path, operation } of operations) {
      // Calls that would end the caller's own session are made by somebody else.
      const client = /session|password/.test(path) ? await app.user() : admin;
      const { body, headers, target } = await exampleRequest(client, path, operation);
      // The client checks the response against the document.
      const reply = await client.call(method, target, body, headers);
      expect([name, reply.status < 500]).toEqual([name, true]);
      if (operation.requestBody && !/users|sessions|bans/.test(path)) {
        expect([name, reply.status, reply.body]).toEqual([
          name,
          expect.any(Number),
          reply.status < 300 ? reply.body : "a success",
        ]);
      }
    }
  });

  test("is shown at /v1/docs, with nothing from other hosts", async () => {
    const page = await send("/v1/docs", { method: "GET" });
    const html = await page.text();
    expect([page.status, page.headers.get("content-security-policy")]).toEqual([
      200,
      expect.stringContaining("default-src 'none'"),
    ]);
    expect(html).not.toMatch(/https?:\/\/|<script/);
    // Every link leads somewhere, on the page or on this server.
    const links = Array.from(html.matchAll(/(?:src|href)="([^"]+)"/g), ([, link]) => link!);
    const anchors = links.filter((link) => link.startsWith("#"));
    expect(anchors.filter((anchor) => !html.includes(`id="${anchor.slice(1)}"`))).toEqual([]);
    for (const { path, operation } of operations) {
      expect(html).toContain(`id="${operation.operationId}"`);
      expect(html).toContain(path);
    }
    const assets = new Set(links.filter((link) => !link.startsWith("#")));
    expect(assets.size).toBe(2);
    for (const asset of assets) {
      const response = await send(asset, { method: "GET" });
      expect([asset, response.status]).toEqual([asset, 200]);
    }
  });
});

test("every limit is a whole number in digits: 0x10 and ' 5' are refused", async () => {
  const limited = operations.filter(({ operation }) => operation.parameters?.some(({ name }) => name === "limit"));
  expect(limited.length).toBeGreaterThan(6);
  const { id } = (await admin.post("v", "with revisions")).body.comment;
  for (const { name, method, path } of limited) {
    const target = path
      .replace(/^\/v1/, "")
      .replace("{comment_id}", id)
      .replaceAll(/\{\w+\}/g, "v");
    const query = path.endsWith("/changes") ? "after=0&limit=" : "limit=";
    for (const limit of ["0x10", "%205", "5%20", "1e1", "+5", "", "0", "101"]) {
      const { status } = await admin.call(method, `${target}?${query}${limit}`);
      expect([name, limit, status]).toEqual([name, limit, 400]);
    }
    // Control: the rest of the request is right.
    expect([name, (await admin.call(method, `${target}?${query}5`)).status]).toEqual([name, 200]);
  }
});

test("the `type` of a problem leads to its description", async () => {
  const client = new Client(send);
  const { body } = await client.call("GET", `/videos/v/comments/${randomUUID()}`);
  const kind = await client.call("GET", String(body["type"]).replace("/v1", ""));
  expect(kind).toMatchObject({ status: 200, body: { code: "not_found", status: 404 } });
  expect((await client.call("GET", "/problems/toString")).status).toBe(404);

  for (const code of PROBLEM_CODES) {
    const { body: description } = await client.call("GET", `/problems/${code}`);
    expect(description).toMatchObject({
      code,
      cause: expect.stringMatching(/\.$/),
      cure: expect.stringMatching(/\.$/),
    });
  }
  // As Chromium asks for a page.
  const accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  const page = await send("/v1/problems/not_found", { method: "GET", headers: { accept } });
  expect([page.status, page.headers.get("content-type")]).toEqual([200, expect.stringMatching(/^text\/html/)]);
  expect(await page.text()).toContain("A deleted comment does not come back.");
});

test("a path that has routes for other methods responds 405 and lists them", async () => {
  const reply = await new Client(send).call("PUT", "/videos/v/comments");
  expect([reply.status, reply.headers.get("allow")]).toEqual([405, "GET, POST"]);
  for (const path of ["/nothing", "/videos/v/comments/", "/videos//comments", "/videos/v/comments/x/"])
    expect([path, (await new Client(send).call("PUT", path)).status]).toEqual([path, 404]);
});

test("the check of responses notices what is not documented: a status, a problem code, a field, a type, a header", async () => {
  const contract = new Contract(document);
  const path = "/v1/videos/v/comments";
  const headers = new Headers({ "content-type": "application/json", "video-seq": "1", etag: '"1"' });
  const body: Record<string, unknown> = { comments: [], next_cursor: null, seq: 1 };
  const check = (change: { status?: number; headers?: Headers; body?: unknown }) => () =>
    contract.check("GET", path, { status: 200, headers, body, ...change });
  expect(check({})).not.toThrow();
  expect(check({ status: 418 })).toThrow("not documented");
  expect(check({ body: { ...body, extra: 1 } })).toThrow("does not fit");
  expect(check({ body: { ...body, seq: "1" } })).toThrow("does not fit");
  expect(check({ body: { ...body, comments: [{ id: "x" }] } })).toThrow("does not fit");
  expect(check({ headers: new Headers({ "content-type": "application/json" }) })).toThrow("has no video-seq");
  const located = new Headers({ ...Object.fromEntries(headers), location: "/" });
  expect(check({ headers: located })).toThrow("undocumented location");
  const problem = { type: "about:blank", title: "x", status: 400, code: "banned" };
  const problemHeaders = new Headers({ "content-type": "application/problem+json" });
  expect(check({ status: 400, headers: problemHeaders, body: problem })).toThrow("the code banned");
  expect(check({ headers: new Headers({ ...Object.fromEntries(headers), "content-type": "text/html" }) })).toThrow(
    "type",
  );
});

/** The request that the document's examples make, about a comment and a user that exist. */
async function exampleRequest(client: Client, path: string, operation: Operation) {
  const video = `v-${randomUUID()}`;
  const { comment } = (await client.post(video, "an example")).body;
  const user = await app.user();
  const existing: Record<string, string> = { video_id: video, comment_id: comment.id, user_id: user.session!.user.id };
  const headers: Record<string, string> = {};
  const query = new URLSearchParams();
  let target = path.replace(/^\/v1/, "");
  for (const parameter of operation.parameters ?? []) {
    const example = parameter.example ?? parameter.schema.example;
    const value = existing[parameter.name] ?? (example === undefined ? undefined : `${example as string | number}`);
    if (parameter.in === "path") target = target.replace(`{${parameter.name}}`, value ?? randomUUID());
    else if (value !== undefined && parameter.in === "header") headers[parameter.name] = value;
    else if (value !== undefined && parameter.required) query.set(parameter.name, value);
  }
  const example = operation.requestBody?.content["application/json"]?.example;
  // The example cannot know the caller's password.
  const isPasswordChange = typeof example === "object" && example !== null && "current_password" in example;
  const body = isPasswordChange ? { ...example, current_password: password } : example;
  return { body, headers, target: query.size > 0 ? `${target}?${query.toString()}` : target };
}
