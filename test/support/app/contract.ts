import { randomUUID } from "node:crypto";
import addFormats from "ajv-formats";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { Send } from "./send.ts";

interface Content {
  schema: object;
  example?: unknown;
  /** Of a problem: one for each of its codes. */
  examples?: Record<string, unknown>;
}

export interface Operation {
  operationId?: string;
  summary: string;
  "x-access": "public" | "user" | "moderator" | "admin";
  security?: unknown;
  parameters?: { name: string; in: string; required?: boolean; example?: unknown; schema: { example?: unknown } }[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, { headers?: Record<string, unknown>; content?: Record<string, Content> }>;
}

export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

const contracts = new WeakMap<Send, Promise<Contract>>();

/** The contract that the app behind `send` publishes. It is read once. */
export function contractOf(send: Send): Promise<Contract> {
  const cached = contracts.get(send);
  if (cached) return cached;
  const contract = readContract(send);
  contracts.set(send, contract);
  contract.catch(() => contracts.delete(send));
  return contract;
}

async function readContract(send: Send): Promise<Contract> {
  const response = await send("/v1/openapi.json", { method: "GET" });
  return new Contract((await response.json()) as Document);
}

export interface Route extends Operation {
  /** As in the document: `GET /v1/videos/{video_id}`. */
  name: string;
  method: string;
  /** Below `/v1`, with an id that nothing has for each parameter. */
  path: string;
}

/** Every route of the document, to be called. */
export function routesOf({ paths }: Document): Route[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      ...operation,
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path: path
        .replace(/^\/v1/, "")
        .replaceAll("{video_id}", "v")
        .replaceAll("{code}", "not_found")
        .replaceAll(/\{\w+\}/g, () => randomUUID()),
    })),
  );
}

/** Matches every path of a template, with one segment for each `{…}`. */
const patternOf = (path: string) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);

/** Checks responses against an OpenAPI document. */
export class Contract {
  readonly document: Document;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: Document) {
    this.document = document;
    addFormats.default(this.#ajv);
    // Closed schemas, so that a field without documentation is an error.
    this.#ajv.addSchema({ components: close(document.components) as object }, "document");
    this.#ajv.addSchema({ components: refer(document.components, "open") as object }, "open");
  }

  /** @throws Error when the document does not allow this response. An unknown path allows 404 and 405 only. */
  check(method: string, path: string, response: { status: number; headers: Headers; body: unknown }): void {
    const { status, headers, body } = response;
    const [bare = ""] = path.split("?");
    const template = Object.keys(this.document.paths)
      .toSorted(byBraces)
      .find((known) => patternOf(known).test(bare));
    const operation = template && this.document.paths[template]?.[method.toLowerCase()];
    if (!operation) {
      if (status === 404 || status === 405) return;
      throw new Error(`${method} ${path} answered ${status} but is not documented`);
    }
    const place = `${method} ${template} ${status}`;
    const documented = operation.responses[String(status)];
    if (!documented) throw new Error(`${place} is not documented: ${JSON.stringify(body)}`);
    const documentedHeaders = Object.keys(documented.headers ?? {}).map((name) => name.toLowerCase());
    for (const header of documentedHeaders) {
      if (!headers.has(header)) throw new Error(`${place} has no ${header}`);
    }
    for (const header of OF_ONE_RESPONSE) {
      if (headers.has(header) && !documentedHeaders.includes(header))
        throw new Error(`${place} has an undocumented ${header}`);
    }
    if (!documented.content) {
      if (body !== undefined) throw new Error(`${place} has a body`);
      return;
    }
    const type = headers.get("content-type")?.split(";")[0] ?? "";
    const content = documented.content[type];
    if (!content) throw new Error(`${place} is of type ${type}`);
    const code = typeof body === "object" && body !== null && "code" in body ? String(body.code) : undefined;
    if (code !== undefined && type === "application/problem+json" && !(code in (content.examples ?? {}))) {
      throw new Error(`${place} is not documented with the code ${code}`);
    }
    const validate = this.#validatorOf(`${place} ${type}`, content.schema);
    if (!validate(body)) throw new Error(`${place} does not fit: ${this.#ajv.errorsText(validate.errors)}`);
  }

  #validatorOf(key: string, schema: object): ValidateFunction {
    let validate = this.#validators.get(key);
    if (!validate) this.#validators.set(key, (validate = this.#ajv.compile(close(schema) as object)));
    return validate;
  }
}

/** Headers that tell of the response's own content. Those that any response can have are described once. */
const OF_ONE_RESPONSE = ["etag", "link", "location", "video-seq"];

const byBraces = (a: string, b: string) => a.split("{").length - b.split("{").length;

/** The schema with its references pointing into the document of this name. */
function refer(schema: unknown, name: string): unknown {
  if (Array.isArray(schema)) return schema.map((part) => refer(part, name));
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === "$ref" ? String(value).replace("#/", `${name}#/`) : refer(value, name),
    ]),
  );
}

/** The schema without room for properties that it does not name. */
function close(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(close);
  if (typeof schema !== "object" || schema === null) return schema;
  // A schema that extends another one is closed as a whole, not part by part.
  if ("allOf" in schema) return { ...(refer(schema, "open") as object), unevaluatedProperties: false };
  if ("$ref" in schema) return refer(schema, "document");
  const closed = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, close(value)]));
  const isObject = closed["type"] === "object" && closed["properties"] !== undefined;
  return isObject && closed["additionalProperties"] === undefined ? { ...closed, additionalProperties: false } : closed;
}
