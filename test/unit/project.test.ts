import { generateKeyPairSync } from "node:crypto";
import { createRequire } from "node:module";
import { beforeAll, describe, expect, test } from "@jest/globals";
import jwt from "jsonwebtoken";
import { readConfig } from "../../functions/src/config.ts";
import { createContext } from "../../functions/src/create-context.ts";

/** The Firebase CLI's own check of a name in `.env`. */
const { validateKey } = createRequire(import.meta.url)("firebase-tools/lib/functions/env.js") as {
  validateKey: (name: string) => void;
};

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const PEM = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const EMAIL = "comments@demo-test.iam.gserviceaccount.com";
const KEY_FILE = JSON.stringify({
  type: "service_account",
  project_id: "demo-key",
  client_email: EMAIL,
  private_key: PEM,
});

const key = `k1:${Buffer.alloc(32, 1).toString("base64url")}`;
const env = {
  MYSQL_URL: "mysql://root@127.0.0.1:3306/live_comments",
  ACCESS_TOKEN_KEYS: key,
  REFRESH_TOKEN_KEYS: key,
};
const DOCUMENTED = {
  FIREBASE_PROJECT_ID: "demo-documented",
  FIREBASE_CLIENT_EMAIL: EMAIL,
  FIREBASE_PRIVATE_KEY: PEM,
};

/** The account that signed a custom token of a process with this environment, if the signature is right. */
async function signerOf(variables: Record<string, string>): Promise<unknown> {
  const context = createContext(readConfig({ ...env, ...variables }), { log: silent });
  const token = await context.customTokens.mint("u", { sid: "s", role: "user", ends: 0 });
  await context.close();
  return (jwt.verify(token ?? "", publicKey, { algorithms: ["RS256"] }) as jwt.JwtPayload).iss;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

describe("the service account signs with the real SDK", () => {
  // The Auth emulator's tokens are unsigned.
  beforeAll(() => {
    delete process.env["FIREBASE_AUTH_EMULATOR_HOST"];
  });

  test("from the three documented names", async () => {
    expect(await signerOf(DOCUMENTED)).toBe(EMAIL);
  });

  test(String.raw`from the three documented names, with \n for line breaks, as in a line of a shell`, async () => {
    const FIREBASE_PRIVATE_KEY = PEM.replaceAll("\n", String.raw`\n`);
    expect(await signerOf({ ...DOCUMENTED, FIREBASE_PRIVATE_KEY })).toBe(EMAIL);
  });

  test("from one secret with the whole key file", async () => {
    expect(await signerOf({ SERVICE_ACCOUNT_KEY: KEY_FILE })).toBe(EMAIL);
  });
});

describe("the project", () => {
  const projectOf = (variables: Record<string, string>) => readConfig({ ...env, ...variables }).projectId;

  test("is the documented name's, else the key file's, else the platform's", () => {
    const all = { ...DOCUMENTED, SERVICE_ACCOUNT_KEY: KEY_FILE, GCLOUD_PROJECT: "demo-platform" };
    expect(projectOf(all)).toBe("demo-documented");
    expect(projectOf({ ...all, FIREBASE_PROJECT_ID: "" })).toBe("demo-key");
    expect(projectOf({ GCLOUD_PROJECT: "demo-platform" })).toBe("demo-platform");
  });

  test.each([
    ["an address without its key", { ...DOCUMENTED, FIREBASE_PRIVATE_KEY: "" }, "FIREBASE_PRIVATE_KEY: is not set"],
    ["a key without its address", { ...DOCUMENTED, FIREBASE_CLIENT_EMAIL: "" }, "FIREBASE_CLIENT_EMAIL: is not set"],
    [
      "a key that is none",
      { ...DOCUMENTED, FIREBASE_PRIVATE_KEY: "c2VjcmV0" },
      "FIREBASE_PRIVATE_KEY: is no private key",
    ],
    ["a key file that is no JSON", { SERVICE_ACCOUNT_KEY: "c2VjcmV0" }, "SERVICE_ACCOUNT_KEY: is not the JSON"],
    ["a key file without a key", { SERVICE_ACCOUNT_KEY: '{"c2VjcmV0":1}' }, "SERVICE_ACCOUNT_KEY: is not the JSON"],
    ["no project", {}, "GCLOUD_PROJECT: is not set"],
  ])("with %s does not start, and the error shows no value", (_, variables, message) => {
    expect(() => projectOf(variables)).toThrow(message);
    expect(() => projectOf(variables)).not.toThrow(/c2VjcmV0/);
  });
});

describe("the Firebase CLI", () => {
  test("takes the one name in .env and as a secret", () => {
    expect(() => validateKey("SERVICE_ACCOUNT_KEY")).not.toThrow();
  });

  test.each(Object.keys(DOCUMENTED))("control: refuses %s there", (name) => {
    expect(() => validateKey(name)).toThrow("FIREBASE_");
  });
});
