import { PROBLEMS } from "../../../functions/src/contract/problems.ts";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { Client, password } from "../../support/app/client.ts";
import type { Document, Operation } from "../../support/app/contract.ts";
import { Contract, contractOf } from "../../support/app/contract.ts";
import { useApp } from "../../support/app/use-app.ts";
import { createUser, createUserOf } from "../../support/app/users.ts";

const { context, send } = useApp();
let document: Document;
let operations: { method: string; path: string; operation: Operation }[];

beforeAll(async () => {
  ({ document } = await contractOf(send));
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
});

describe("the OpenAPI document", () => {
  test("has for each route a summary, a tag, an example of its body, and the problems with an example of each", () => {
    expect(operations.length).toBeGreaterThan(25);
    for (const { method, path, operation } of operations) {
      const name = `${method} ${path}`;
      expect([name, operation]).toEqual([
        name,
        expect.objectContaining({ summary: expect.any(String), tags: [expect.any(String)] }),
      ]);
      for (const [type, content] of Object.entries(operation.requestBody?.content ?? {})) {
        expect([name, type]).toEqual([name, "application/json"]);
        expect([name, exampleOf(content)]).toEqual([name, expect.anything()]);
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

  test("says what is answered: each route, called with its examples, answers what it documents", async () => {
    const admin = await createUserOf(context, send, "admin");
    for (const { method, path, operation } of operations) {
      // Calls that would end the caller's own session are made by somebody else.
      const client = /session|password/.test(path) ? await createUser(send) : admin;
      const { body, headers, target } = await exampleRequest(client, path, operation);
      // The client checks the answer against the document.
      const reply = await client.call(method, target, body, headers);
      expect([`${method} ${path}`, reply.status < 500]).toEqual([`${method} ${path}`, true]);
      if (operation.requestBody && !/users|sessions|bans/.test(path)) {
        expect([`${method} ${path}`, reply.status, reply.body]).toEqual([
          `${method} ${path}`,
          expect.any(Number),
          reply.status < 300 ? reply.body : "a success",
        ]);
      }
    }
  });

  test("is shown at /v1/docs with nothing from elsewhere", async () => {
    const page = await send("/v1/docs", { method: "GET" });
    const html = await page.text();
    expect([page.status, page.headers.get("content-security-policy")]).toEqual([
      200,
      expect.stringContaining("default-src 'self'"),
    ]);
    expect(html).not.toMatch(/https?:\/\//);
    const assets = Array.from(html.matchAll(/(?:src|href)="([^"]+)"/g), ([, asset]) => asset!);
    expect(assets.length).toBeGreaterThan(1);
    for (const asset of assets) {
      const response = await send(asset, { method: "GET" });
      expect([asset, response.status]).toEqual([asset, 200]);
    }
  });

  test("leads from a problem's `type` to what it is", async () => {
    const client = new Client(send);
    const { body } = await client.call("GET", `/videos/v/comments/${randomUUID()}`);
    const kind = await client.call("GET", String(body["type"]).replace("/v1", ""));
    expect(kind).toMatchObject({ status: 200, body: { code: "not_found", status: 404 } });
    expect((await client.call("GET", "/problems/toString")).status).toBe(404);
  });

  test("a path that takes other methods answers 405 and says which", async () => {
    const reply = await new Client(send).call("PUT", "/videos/v/comments");
    expect([reply.status, reply.headers.get("allow")]).toEqual([405, "GET, POST"]);
    expect((await new Client(send).call("GET", "/nothing")).status).toBe(404);
  });
});

test("the check of answers notices a status, a field, a type and a header that are not documented", async () => {
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
  expect(check({ headers: new Headers({ "content-type": "application/json" }) })).toThrow("has no Video-Seq");
  expect(check({ headers: new Headers({ ...Object.fromEntries(headers), "content-type": "text/html" }) })).toThrow(
    "type",
  );
});

function exampleOf(content: { schema: object; example?: unknown }): unknown {
  if (content.example !== undefined) return content.example;
  const reference = (content.schema as { $ref?: string }).$ref;
  const schema = (reference ? document.components.schemas[reference.split("/").at(-1)!] : content.schema) as {
    example?: unknown;
    properties?: Record<string, { example?: unknown }>;
  };
  return (
    schema.example ??
    Object.fromEntries(
      Object.entries(schema.properties ?? {})
        .filter(([, property]) => property.example !== undefined)
        .map(([name, property]) => [name, property.example]),
    )
  );
}

/** The request as the document's examples make it, on a comment and a user that are there. */
async function exampleRequest(client: Client, path: string, operation: Operation) {
  const video = `v-${randomUUID()}`;
  const { comment } = (await client.post(video, "an example")).body;
  const user = await createUser(send);
  const real: Record<string, string> = { video_id: video, comment_id: comment.id, user_id: user.session!.user.id };
  const headers: Record<string, string> = {};
  const query = new URLSearchParams();
  let target = path.replace(/^\/v1/, "");
  for (const parameter of operation.parameters ?? []) {
    const example = parameter.example ?? parameter.schema.example;
    const value = real[parameter.name] ?? (example === undefined ? undefined : `${example as string | number}`);
    if (parameter.in === "path") target = target.replace(`{${parameter.name}}`, value ?? randomUUID());
    else if (value !== undefined && parameter.in === "header") headers[parameter.name] = value;
    else if (value !== undefined && parameter.required) query.set(parameter.name, value);
  }
  const content = operation.requestBody?.content["application/json"];
  const body = content && exampleOf(content);
  // A path without a role to give it to: the password of the example is not the caller's.
  if (body && typeof body === "object" && "current_password" in body)
    Object.assign(body, { current_password: password });
  return { body, headers, target: query.size > 0 ? `${target}?${query.toString()}` : target };
}
