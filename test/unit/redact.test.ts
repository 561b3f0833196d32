import { expect, test } from "@jest/globals";
import { createSecretKey } from "node:crypto";
import * as fc from "fast-check";
import jwt from "jsonwebtoken";
import { createLogger } from "../../functions/src/runtime/log.ts";
import { redactText } from "../../functions/src/runtime/redact.ts";
import { signRefreshToken } from "../../functions/src/security/refresh-tokens.ts";

const key = { kid: "k", secret: createSecretKey(Buffer.alloc(32, 7)) };

function line(use: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  use(createLogger((text) => lines.push(text)));
  return lines.join("\n");
}

test("the value of a field with a secret's name is not logged", () => {
  for (const name of ["password", "new_password", "refresh_token", "Authorization", "set-cookie", "api_key", "email"]) {
    expect(line((log) => log.info("x", { [name]: "plain words" }))).not.toContain("plain words");
    expect(line((log) => log.info("x", { [name]: 12_345 }))).not.toContain("12345");
  }
});

test("what an operator needs is logged", () => {
  const fields = {
    video_id: "dQw4w9WgXcQ",
    status: 503,
    path: "/v1/users/me",
    user_id: "01968c2e-5b7a-7c3e-9a51-3d2f6b8c4e10",
  };
  const text = line((log) => log.warn("request failed", fields, new Error("connect ECONNREFUSED 127.0.0.1:3306")));
  expect(JSON.parse(text)).toMatchObject({ ...fields, error: "Error: connect ECONNREFUSED 127.0.0.1:3306" });
  expect(redactText("at f (/app/node_modules/@hono/node-server/dist/index.js:1:2)")).toContain("@hono/node-server");
});

const secrets = {
  jwt: fc.string({ minLength: 1 }).map((sub) => jwt.sign({ sub }, key.secret)),
  "refresh token": fc
    .tuple(fc.uuid(), fc.integer({ min: 1, max: 99_999 }))
    .map(([sessionId, generation]) => signRefreshToken([key], { sessionId, generation })),
  "password hash": fc
    .base64String({ minLength: 16, maxLength: 44 })
    .map((text) => `$argon2id$v=19$m=19456,p=1,t=2$${text.replaceAll("=", "")}`),
  // The API takes no address with a slash in it.
  "e-mail": fc.emailAddress().filter((text) => !text.includes("/")),
  "authorization header": fc.stringMatching(/^[\w.~+/-]{20,60}$/).map((text) => `Bearer ${text}`),
  "password in a URL": fc.stringMatching(/^\w{8,30}$/).map((text) => `mysql://api:${text}@10.0.0.1:3306/x`),
};

/** The part of a secret that must not be logged. The rest of a header or a URL may be. */
const coreOf = (secret: string) => /^(?:Bearer |mysql:\/\/api:)([^@]+)/.exec(secret)?.[1] ?? secret;

test.each(Object.keys(secrets) as (keyof typeof secrets)[])(
  "a %s is not logged: in a message, a field, an error, its cause or its stack",
  (kind) => {
    const around = fc.stringMatching(/^[a-z ]{0,20}$/);
    fc.assert(
      fc.property(secrets[kind], around, around, (secret, before, after) => {
        const core = JSON.stringify(coreOf(secret)).slice(1, -1);
        const logged = (text: string) =>
          line((log) => log.error(text, { detail: text }, new Error(text, { cause: new Error(text) })));
        // Such as a password that is the name of a function in the stack.
        fc.pre(!logged(`${before} ${after}`).includes(core));
        expect(logged(`${before} ${secret} ${after}`)).not.toContain(core);
      }),
    );
  },
);

test("control: without the redactor the same text is in the line", () => {
  expect(JSON.stringify({ message: "a ada@example.com b" })).toContain("ada@example.com");
  expect(line((log) => log.info("a ada@example.com b", {}))).not.toContain("ada@example.com");
});

test("a long hostile text is cut off, so that it costs little time", () => {
  fc.assert(
    fc.property(fc.constantFrom("a@", "eyJ", "$argon2", "a.", "://:", "-----BEGIN "), (part) => {
      expect(redactText(part.repeat(100_000)).length).toBeLessThan(20_000);
    }),
  );
});
