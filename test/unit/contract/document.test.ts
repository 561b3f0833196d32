import { beforeAll, describe, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { integer } from "../../../functions/src/routes/schemas/strings.ts";
import { root } from "../../../scripts/platform/paths.ts";
import type { Document } from "../../support/app/contract.ts";

let document: Document;

beforeAll(async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, "scripts/develop/openapi.ts")]);
  document = JSON.parse(stdout) as Document;
});

interface Found {
  /** A JSON pointer into the document. */
  pointer: string;
  value: Record<string, unknown>;
}

/** Every object in the document. */
function objectsIn(value: unknown, pointer = ""): Found[] {
  if (typeof value !== "object" || value === null) return [];
  const children = Object.entries(value).flatMap(([key, child]) =>
    // What is inside an example is no part of the document.
    ["example", "examples", "default", "enum"].includes(key)
      ? []
      : objectsIn(child, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
  );
  return Array.isArray(value) ? children : [{ pointer, value: value as Record<string, unknown> }, ...children];
}

/** The patterns that are not valid in JSON Schema: with flags after them, or no regular expression. */
function wrongPatterns(document: unknown): string[] {
  return objectsIn(document).flatMap(({ pointer, value }) => {
    const { pattern } = value;
    // `pattern` may also be the name of a field.
    if (typeof pattern !== "string") return [];
    const isWrapped = /\/[a-z]+$/.test(pattern);
    return !isWrapped && isRegExp(pattern) ? [] : [`${pointer}: ${pattern}`];
  });
}

function isRegExp(pattern: string): boolean {
  try {
    return new RegExp(pattern, "u").source !== "";
  } catch {
    return false;
  }
}

/** The examples that do not match their schemas, and the number of all examples. */
function checkExamples(document: object): { count: number; wrong: string[] } {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, "document");
  let count = 0;
  const wrong: string[] = [];
  for (const { pointer, value } of objectsIn(document)) {
    const named = Object.values((value["examples"] ?? {}) as Record<string, { value: unknown }>);
    const examples = ["example" in value ? [value["example"]] : [], named.map((example) => example.value)].flat();
    const schema = "schema" in value ? `${pointer}/schema` : pointer;
    for (const example of examples) {
      count += 1;
      const validate = ajv.compile({ $ref: `document#${encodeURI(schema)}` });
      if (!validate(example)) wrong.push(`${pointer}: ${ajv.errorsText(validate.errors)}`);
    }
  }
  return { count, wrong };
}

describe("the OpenAPI document", () => {
  test("has only patterns that JSON Schema understands", () => {
    expect(wrongPatterns(document)).toEqual([]);
  });

  test("has only examples that match their schemas", () => {
    const { count, wrong } = checkExamples(document);
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(100);
  });

  test("has an example beside every pattern of a request", () => {
    const requests = objectsIn(document.paths).filter(({ pointer }) => /\/(parameters|requestBody)\//.test(pointer));
    const patterns = requests.filter(({ value }) => typeof value["pattern"] === "string");
    expect(patterns.length).toBeGreaterThan(20);
    expect(patterns.filter(({ value }) => !("example" in value)).map(({ pointer }) => pointer)).toEqual([]);
  });

  test("has no maximum of a whole number in a parameter that is refused for its length", () => {
    const parameters = objectsIn(document.paths).filter(({ pointer }) => pointer.includes("/parameters/"));
    const maxima = parameters.map(({ value }) => value["maximum"]).filter((maximum) => typeof maximum === "number");
    expect(maxima.length).toBeGreaterThan(5);
    expect(maxima.filter((maximum) => !integer(0, maximum).safeParse(String(maximum)).success)).toEqual([]);
  });

  test("names every JSON body of a response as a component", () => {
    const bodies = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).flatMap(([method, { responses }]) =>
        Object.values(responses).flatMap(({ content }) =>
          Object.entries(content ?? {}).map(([type, { schema }]) => ({ name: `${method} ${path} ${type}`, schema })),
        ),
      ),
    );
    const unnamed = bodies.filter(({ schema }) => !("$ref" in schema)).map(({ name }) => name);
    expect(unnamed).toEqual(["get /v1/metrics text/plain", "get /v1/problems/{code} text/html"]);
  });

  test("has an operationId of its own for every operation, in camelCase and beginning with a verb", () => {
    const ids = Object.values(document.paths).flatMap((item) => Object.values(item).map((one) => one.operationId));
    expect(new Set(ids).size).toBe(ids.length);
    const verbs =
      /^(approve|ban|change|create|delete|dismiss|edit|erase|get|lift|list|post|rebuild|reconcile|refresh|register|report|retry|revoke|sign)(In|Out|[A-Z]|$)[A-Za-z]*$/;
    expect(ids.filter((id) => !verbs.test(id ?? ""))).toEqual([]);
  });
});

test("control: a pattern with its flags, and an example of another form, are noticed", () => {
  const flagged = { type: "string", pattern: String.raw`^[\p{L}]{3}$/u`, example: "ada" };
  const broken = structuredClone(document);
  broken.components.schemas["Broken"] = flagged;
  expect(wrongPatterns(broken)).toEqual([String.raw`/components/schemas/Broken: ^[\p{L}]{3}$/u`]);
  expect(checkExamples(broken).wrong).toEqual([expect.stringContaining("/components/schemas/Broken")]);
});
