import { describe, expect, test } from "@jest/globals";
import { createLogger, errorFields } from "../../functions/src/runtime/log.ts";

function logged(use: (log: ReturnType<typeof createLogger>) => void): Record<string, unknown> {
  const lines: string[] = [];
  use(createLogger((line) => lines.push(line)));
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0]!);
}

describe("the log", () => {
  test("writes an event as one JSON line that Cloud Logging reads", () => {
    const entry = logged((log) => log.warn("not relayed", { video_id: "v" }, new Error("refused")));
    expect(entry).toMatchObject({
      severity: "WARNING",
      message: "not relayed",
      video_id: "v",
      error: "Error: refused",
    });
  });

  test("shows no error's statement, values or quoted entry", () => {
    const error = Object.assign(new Error("Duplicate entry 'secret@example.com' for key 'users_email'"), {
      code: "ER_DUP_ENTRY",
      sql: "INSERT … 'hunter2'",
      parameters: ["hunter2"],
    });
    const text = JSON.stringify(logged((log) => log.error("request failed", {}, error)));
    expect(text).toContain("ER_DUP_ENTRY");
    expect(text).not.toMatch(/hunter2|secret@/);
  });

  test("shows no quoted entry of an error's cause, nor a secret in a message of several lines", () => {
    const cause = new Error("Duplicate entry 'hunter2' for key 'users_username'");
    const error = new Error("first\nhash $argon2id$v=19$m=19456$c2FsdA$aGFzaA\n    of secret@example.com", { cause });
    const text = JSON.stringify(errorFields(error));
    expect(text).toContain("Duplicate entry");
    expect(text).not.toMatch(/hunter2|argon2|secret@/);
  });
});
