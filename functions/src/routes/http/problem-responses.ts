import type { RouteConfig } from "@hono/zod-openapi";
import { type ProblemCode, isProblemCode, PROBLEM_TYPE_BASE, PROBLEMS } from "../../contract/problems.ts";
import { Problem } from "../schemas/problem.ts";
import { PROBLEM_HELP } from "./problem-help.ts";

/** Problems of every POST, PUT and PATCH: the body is checked even where the route does not use it. */
export const UNUSED_BODY_PROBLEMS = ["payload_too_large", "unsupported_media_type"] as const satisfies ProblemCode[];

/** Problems of every route with a JSON body. */
export const BODY_PROBLEMS = [
  "invalid_request",
  "malformed_json",
  ...UNUSED_BODY_PROBLEMS,
] as const satisfies ProblemCode[];

/** The problems that a route can report, for its `responses`; with those that every route can. */
export function problems(...codes: ProblemCode[]): RouteConfig["responses"] {
  const byStatus = Map.groupBy<number, ProblemCode>(
    [...codes, "rate_limited", "internal", "unavailable"],
    (code) => PROBLEMS[code].status,
  );
  return Object.fromEntries(Array.from(byStatus, ([status, group]) => [status, problemResponse(group)]));
}

/** A route's responses with one problem more. */
export function withProblem(responses: RouteConfig["responses"], code: ProblemCode): RouteConfig["responses"] {
  const { status } = PROBLEMS[code];
  const codes = [...codesOf(responses[status]), code];
  return { ...responses, [status]: problemResponse(codes) };
}

/** The problems of a response that `problems` made: its examples are named after them. */
function codesOf(response: RouteConfig["responses"][number] | undefined): ProblemCode[] {
  const content = response && "content" in response ? response.content?.["application/problem+json"] : undefined;
  const examples = content && "examples" in content ? content.examples : {};
  return Object.keys(examples ?? {}).filter(isProblemCode);
}

function problemResponse(codes: ProblemCode[]) {
  return {
    description: codes.map(describe).join("\n\n"),
    content: {
      "application/problem+json": {
        schema: Problem,
        examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }])),
      },
    },
  };
}

function describe(code: ProblemCode): string {
  const { cause, cure } = PROBLEM_HELP[code];
  return `\`${code}\`: ${PROBLEMS[code].title}. ${cause} ${cure}`;
}

function exampleOf(code: ProblemCode) {
  const { status, title } = PROBLEMS[code];
  return { type: PROBLEM_TYPE_BASE + code, title, status, code };
}
