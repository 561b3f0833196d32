import { OpenAPIHono } from "@hono/zod-openapi";
import type { FieldError } from "../../contract/problems.ts";
import { ProblemError } from "../../errors.ts";
import type { AppEnv } from "./access.ts";

/** A group of routes. A request that does not match its route's schemas becomes `invalid_request`. */
export function createRouter(): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const errors = result.error.issues.map((issue): FieldError => {
        const path = issue.path.map((part) => escaped(String(part))).join("/");
        return { pointer: result.target === "json" ? `/${path}` : path, detail: issue.message };
      });
      throw new ProblemError("invalid_request", { errors });
    },
  });
}

/** Escapes a JSON pointer's reference token (RFC 6901). */
function escaped(part: string): string {
  return part.replaceAll("~", "~0").replaceAll("/", "~1");
}
