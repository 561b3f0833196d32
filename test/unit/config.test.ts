import { describe, expect, test } from "@jest/globals";
import { readConfig } from "../../functions/src/config.ts";

const key = `k1:${Buffer.alloc(32, 1).toString("base64url")}`;
const env = {
  MYSQL_URL: "mysql://root@127.0.0.1:3306/live_comments",
  ACCESS_TOKEN_KEYS: key,
  REFRESH_TOKEN_KEYS: key,
  GCLOUD_PROJECT: "demo-test",
};

describe("config", () => {
  test("an environment with only what is required is enough", () => {
    const config = readConfig(env);
    expect(config.realtime.url).toBe("https://demo-test-default-rtdb.firebaseio.com");
    expect(config.inlineRelayDeadlineMs).toBe(200);
  });

  test("every missing variable is named, all at once", () => {
    expect(() => readConfig({})).toThrow(
      /MYSQL_URL[\s\S]*ACCESS_TOKEN_KEYS[\s\S]*REFRESH_TOKEN_KEYS[\s\S]*GCLOUD_PROJECT/,
    );
  });

  test("a signing key shorter than 32 bytes refuses to start, and its value is not in the message", () => {
    const short = Buffer.alloc(31, 7).toString("base64url");
    const read = () => readConfig({ ...env, ACCESS_TOKEN_KEYS: `old:${short}` });
    expect(read).toThrow(/key old is shorter than 32 bytes/);
    expect(read).not.toThrow(new RegExp(short));
  });

  test("several keys live at once, the first first", () => {
    const two = `${key},k2:${Buffer.alloc(32, 2).toString("base64url")}`;
    expect(readConfig({ ...env, ACCESS_TOKEN_KEYS: two }).accessTokenKeys.map(({ kid }) => kid)).toEqual(["k1", "k2"]);
  });

  test("an emulator's address wins over a configured database, so that tests cannot write to production", () => {
    const config = readConfig({
      ...env,
      RTDB_URL: "https://x.firebaseio.com",
      FIREBASE_DATABASE_EMULATOR_HOST: "127.0.0.1:9000",
    });
    expect(config.realtime).toMatchObject({ url: "http://127.0.0.1:9000/?ns=demo-test-default-rtdb", emulator: true });
  });

  test("a private key's \\n become line breaks", () => {
    const config = readConfig({
      ...env,
      FIREBASE_CLIENT_EMAIL: "a@b.c",
      FIREBASE_PRIVATE_KEY: String.raw`-----A-----\nB`,
    });
    expect(config.serviceAccount?.privateKey).toBe("-----A-----\nB");
  });
});
