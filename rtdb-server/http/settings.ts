import { invalid, permissionDenied, Refusal } from "../refusal.ts";
import { parseSource } from "../rules/source.ts";
import type { Databases } from "../data/databases.ts";
import type { Namespace } from "../data/namespace.ts";
import type { Source } from "../rules/source.ts";
import type { Call } from "./call.ts";

const OPEN_RULES = '{"rules":{".read":true,".write":true}}';

function plainJson(source: Source): string {
  switch (source.kind) {
    case "text":
    case "literal":
      return JSON.stringify(source.value);
    case "list":
      return `[${source.items.map(plainJson).join(",")}]`;
    case "object":
      return `{${source.entries.map(({ key, value }) => `${JSON.stringify(key)}:${plainJson(value)}`).join(",")}}`;
    default:
      return "null";
  }
}

async function handleRules(call: Call, namespace: Namespace): Promise<void> {
  if (call.request.method === "GET") {
    const text = namespace.rulesText ?? OPEN_RULES;
    // `format=strict` (the Admin SDK's getRulesJSON) asks for plain JSON, without comments.
    if (call.param("format") === "strict") call.answer(200, plainJson(parseSource(text)));
    else call.response.writeHead(200, { "content-type": "application/json; charset=utf-8" }).end(text);
    return;
  }
  if (call.request.method !== "PUT") throw new Refusal("unsupported", "Rules take GET and PUT");
  namespace.setRules(await call.body());
  call.answer(200, '{"status":"ok"}');
}

/** `/.settings/…` and `/.inspect/…`, for administrators. */
export async function handleSettings(call: Call, databases: Databases): Promise<void> {
  if (!call.identity().admin) throw permissionDenied();
  const { pathname } = call.url;
  if (pathname === "/.settings/rules.json") return handleRules(call, databases.get(call.param("ns")));
  if (pathname === "/.inspect/databases.json") {
    call.answer(200, JSON.stringify(databases.all().map(({ name }) => ({ name }))));
    return;
  }
  if (pathname === "/.settings/functionTriggers.json")
    throw new Refusal("unsupported", "Database triggers are not supported");
  throw invalid(`No such setting: ${pathname.slice(0, 80)}`);
}
