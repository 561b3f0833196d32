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
  test("reads an environment that has only the required variables", () => {
    const config = readConfig(env);
    expect(config.realtime.url).toBe("https://demo-test-default-rtdb.firebaseio.com");
    expect(config.inlineRelayDeadlineMs).toBe(200);
    expect(config.tasks).toMatchObject({
      relayVideosUrl: "https://europe-west1-demo-test.cloudfunctions.net/relayVideos",
      relayUsersUrl: "https://europe-west1-demo-test.cloudfunctions.net/relayUsers",
      countAudiencesUrl: "https://europe-west1-demo-test.cloudfunctions.net/countAudiences",
    });
  });

  test("names every missing variable at once", () => {
    expect(() => readConfig({})).toThrow(
      /MYSQL_URL[\s\S]*ACCESS_TOKEN_KEYS[\s\S]*REFRESH_TOKEN_KEYS[\s\S]*GCLOUD_PROJECT/,
    );
  });

  test("refuses a signing key shorter than 32 bytes, without its value in the message", () => {
    const short = Buffer.alloc(31, 7).toString("base64url");
    const read = () => readConfig({ ...env, ACCESS_TOKEN_KEYS: `old:${short}` });
    expect(read).toThrow(/key old is shorter than 32 bytes/);
    expect(read).not.toThrow(new RegExp(short));
  });

  test("reads several keys, the first one first", () => {
    const two = `${key},k2:${Buffer.alloc(32, 2).toString("base64url")}`;
    expect(readConfig({ ...env, ACCESS_TOKEN_KEYS: two }).accessTokenKeys.map(({ kid }) => kid)).toEqual(["k1", "k2"]);
  });

  test("prefers an emulator's address to a configured database, so that tests cannot write to production", () => {
    const config = readConfig({
      ...env,
      RTDB_URL: "https://x.firebaseio.com",
      FIREBASE_DATABASE_EMULATOR_HOST: "127.0.0.1:9000",
    });
    expect(config.realtime).toMatchObject({
      url: "http://127.0.0.1:9000/?ns=demo-test-default-rtdb",
      isEmulator: true,
    });
  });

  test("turns the \\n of a private key into line breaks", () => {
    const config = readConfig({
      ...env,
      FIREBASE_CLIENT_EMAIL: "a@b.c",
      FIREBASE_PRIVATE_KEY: String.raw`-----A-----\nB`,
    });
    expect(config.serviceAccount?.privateKey).toBe("-----A-----\nB");
  });
});
