import { html } from "hono/html";
import { type Html, text } from "./static-page.ts";

/** What the page needs of an OpenAPI document. Ours uses no other features. */
interface Document {
  info: { title: string; description?: string };
  tags?: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  "x-access"?: string;
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema; example?: unknown }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: Schema }> }>;
}

interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  description?: string;
  example?: unknown;
}

/** The OpenAPI document, given as JSON, as a page for people. It needs no script. */
export function renderDocs(json: string): Html {
  const document: Document = JSON.parse(json);
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const tags = document.tags ?? [];
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${document.info.title} API</title>
        <link rel="stylesheet" href="/v1/docs/style.css" />
      </head>
      <body>
        <h1>${document.info.title} API</h1>
        <p>${document.info.description ?? ""} <a href="/v1/openapi.json">The OpenAPI document</a></p>
        <nav>
          <ul>
            ${tags.map(({ name, description }) => html`<li><a href="#${name}">${name}</a>: ${description ?? ""}</li>`)}
            <li><a href="#schemas">Schemas</a></li>
          </ul>
        </nav>
        ${tags.map(
          ({ name }) =>
            html`<h2 id="${name}">${name}</h2>
              ${operations
                .filter(({ operation }) => operation.tags.includes(name))
                .map(({ path, method, operation }) => renderOperation(method, path, operation))}`,
        )}
        <h2 id="schemas">Schemas</h2>
        ${Object.entries(document.components?.schemas ?? {}).map(
          ([name, schema]) =>
            html`<section>
              <h3 id="schema-${name}">${name}</h3>
              ${renderProperties(schema)}
            </section>`,
        )}
      </body>
    </html>`;
}

function renderOperation(method: string, path: string, operation: Operation): Html {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  const body = requestBody?.content["application/json"];
  return html`<section>
    <h3 id="${operationId}">${summary}</h3>
    <p><code>${method.toUpperCase()} ${path}</code> (${operation["x-access"] ?? "public"})</p>
    ${description === undefined ? "" : html`<p>${text(description)}</p>`}
    ${parameters.length === 0 ? "" : renderTable(parameters.map((one) => [one.name, one.in, one.schema]))}
    ${
      body === undefined
        ? ""
        : html`<p>Body: ${typeOf(body.schema)}</p>
            ${renderProperties(body.schema)}
            ${body.example === undefined ? "" : html`<pre>${JSON.stringify(body.example, undefined, 2)}</pre>`}`
    }
    <table>
      ${Object.entries(responses).map(
        ([status, response]) =>
          html`<tr>
            <th>${status}</th>
            <td>${text(response.description)}</td>
            <td>${typeOf(response.content?.["application/json"]?.schema)}</td>
          </tr>`,
      )}
    </table>
  </section>`;
}

function renderProperties({ properties = {}, required = [] }: Schema): Html | string {
  const rows = Object.entries(properties).map(([name, schema]): Row => [
    name,
    required.includes(name) ? "" : "optional",
    schema,
  ]);
  return rows.length === 0 ? "" : renderTable(rows);
}

type Row = [name: string, note: string, schema: Schema];

function renderTable(rows: Row[]): Html {
  return html`<table>
    ${rows.map(
      ([name, note, schema]) =>
        html`<tr>
          <th><code>${name}</code></th>
          <td>${note}</td>
          <td>${typeOf(schema)}</td>
          <td>${text(schema.description ?? "")}</td>
        </tr>`,
    )}
  </table>`;
}

function typeOf(schema: Schema | undefined): Html | string {
  if (schema === undefined) return "";
  const name = schema.$ref?.split("/").at(-1);
  if (name !== undefined) return html`<a href="#schema-${name}">${name}</a>`;
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return html`${either.map((one, n) => html`${n === 0 ? "" : " | "}${typeOf(one)}`)}`;
  if (schema.items) return html`array of ${typeOf(schema.items)}`;
  return [schema.type ?? "any", schema.format].flat().filter(Boolean).join(" ");
}
