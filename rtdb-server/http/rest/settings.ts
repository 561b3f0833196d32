import { invalidData, permissionDenied, RequestError } from "../../request-error.ts";
import { type RulesJson, parseRulesJson } from "../../rules/parse-rules-json.ts";
import type { Namespace } from "../../data/namespace.ts";
import type { Namespaces } from "../../data/namespaces.ts";
import type { Exchange } from "../exchange.ts";

/** What a namespace without rules reports. */
const OPEN_RULES = '{"rules":{".read":true,".write":true}}';

/** The paths below `/.settings/` and `/.inspect/`, for administrators. */
export async function handleSettings(exchange: Exchange, namespaces: Namespaces): Promise<void> {
  if (!exchange.identity().admin) throw permissionDenied();
  const { pathname } = exchange.url;
  switch (pathname) {
    case "/.settings/rules.json":
      return handleRules(exchange, namespaces.get(exchange.parameter("ns")));
    case "/.inspect/databases.json":
      return exchange.respond(200, JSON.stringify(namespaces.all().map(({ name }) => ({ name }))));
    case "/.settings/functionTriggers.json":
      throw new RequestError("unsupported", "Database triggers are not supported");
    default:
      throw invalidData(`No such setting: ${pathname.slice(0, 80)}`);
  }
}

async function handleRules(exchange: Exchange, namespace: Namespace): Promise<void> {
  const { method } = exchange.request;
  if (method === "GET") return sendRules(exchange, namespace.rulesText ?? OPEN_RULES);
  if (method !== "PUT") throw new RequestError("unsupported", "Rules take GET and PUT");
  namespace.setRules(await exchange.readBody());
  exchange.respond(200, '{"status":"ok"}');
}

/** The text as it was uploaded. With `format=strict` (the Admin SDK's getRulesJSON) it is plain JSON, without comments. */
function sendRules(exchange: Exchange, text: string): void {
  if (exchange.parameter("format") === "strict") return exchange.respond(200, plainJson(parseRulesJson(text)));
  exchange.response.writeHead(200, { "content-type": "application/json; charset=utf-8" }).end(text);
}

function plainJson(json: RulesJson): string {
  if (json.kind === "list") return `[${json.items.map(plainJson).join(",")}]`;
  if (json.kind !== "object") return JSON.stringify(json.value);
  return `{${json.entries.map(({ key, value }) => `${JSON.stringify(key)}:${plainJson(value)}`).join(",")}}`;
}
