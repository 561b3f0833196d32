import type { Hono, Context as HonoContext } from "hono";
import { ProblemError } from "../../errors.ts";
import type { AppEnv } from "./access.ts";

/** The problem of a request that no route matches: 405 with `Allow` if the path has routes for other methods, else 404. */
export function noRoute(app: Hono<AppEnv>, c: HonoContext): ProblemError {
  const methods = app.routes
    .filter(({ method, path }) => method !== "ALL" && matches(path, c.req.path))
    .map(({ method }) => method);
  if (methods.length === 0) return new ProblemError("not_found");
  const allow = Array.from(new Set(methods)).toSorted().join(", ");
  return new ProblemError("method_not_allowed", { headers: { allow } });
}

function matches(route: string, path: string): boolean {
  const expected = route.split("/");
  const actual = path.split("/");
  return (
    expected.length === actual.length &&
    expected.every((part, n) => (part.startsWith(":") ? actual[n] !== "" : part === actual[n]))
  );
}
