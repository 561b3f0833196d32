import { beforeAll, expect, test } from "@jest/globals";
import { READING_ROUTES } from "../../../web/src/api/operations.ts";
import { ROUTES as OTHER_ROUTES } from "../../../web/src/api/routes.ts";
import { runScript } from "../../support/app/processes/script.ts";

const ROUTES = { ...READING_ROUTES, ...OTHER_ROUTES };

/** For machines and for the person on call, or for the client's own use. */
const NOT_FOR_PAGES = ["refreshSession", "getHealth", "getReadiness", "getMetrics", "getProblemKind"];

interface Operation {
  operationId?: string;
}

let documented: Map<string, string>;

beforeAll(async () => {
  const { out } = await runScript("develop/openapi", [], process.env);
  const { paths } = JSON.parse(out) as { paths: Record<string, Record<string, Operation>> };
  const entries = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { operationId = "" }]) =>
        [operationId, `${method.toUpperCase()} ${path.replace(/^\/v1/, "")}`] as const,
    ),
  );
  documented = new Map(entries);
});

test("each operation of the client is sent where the OpenAPI document has the operation of that name", () => {
  for (const [name, route] of Object.entries(ROUTES)) expect([name, documented.get(name)]).toEqual([name, route]);
});

test("the client has every operation for pages", () => {
  const missing = [...documented.keys()].filter((name) => !Object.hasOwn(ROUTES, name));
  expect(missing.toSorted()).toEqual(NOT_FOR_PAGES.toSorted());
});
