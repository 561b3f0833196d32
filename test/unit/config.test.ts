import { describe, expect, test } from "@jest/globals";
import { readConfig } from "../../functions/src/config.ts";
import { MIN_WINDOW } from "../../functions/src/contract/realtime-nodes.ts";

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

  test("reads replicas, and refuses what is none, one that is named twice, and too many", () => {
    const replicasOf = (urls: string) => readConfig({ ...env, MYSQL_REPLICA_URLS: urls }).mysql.replicas;
    expect(replicasOf("")).toEqual({ urls: [], maxLagMs: 2_000 });
    expect(replicasOf("mysql://a@b/c, mysql://d@e:1/c").urls).toEqual(["mysql://a@b/c", "mysql://d@e:1/c"]);
    const secret = "mysql://user:secret@a/b";
    const many = Array.from({ length: 9 }, (_, n) => `mysql://a@b${n}/c`).join(",");
    for (const wrong of ["http://a", `${secret},nonsense`, `${secret},${secret}`, many]) {
      expect(() => replicasOf(wrong)).toThrow(/^(?!.*secret)[\s\S]*MYSQL_REPLICA_URLS/);
    }
    expect(() => readConfig({ ...env, MYSQL_REPLICA_MAX_LAG_SECONDS: "0" })).toThrow("MYSQL_REPLICA_MAX_LAG_SECONDS");
  });

  test("refuses a window in which the client would see no sign of older comments", () => {
    const windowOf = (size: number) => readConfig({ ...env, RTDB_WINDOW: String(size) }).realtime.windowSize;
    expect(windowOf(MIN_WINDOW)).toBe(MIN_WINDOW);
    expect(() => windowOf(MIN_WINDOW - 1)).toThrow("RTDB_WINDOW");
  });

  test("names every missing variable at once", () => {
    expect(() => readConfig({})).toThrow(
      /MYSQL_URL[\s\S]*ACCESS_TOKEN_KEYS[\s\S]*REFRESH_TOKEN_KEYS[\s\S]*GCLOUD_PROJECT/,
    );
  });

  test("refuses a signing key shorter than 32 bytes, without its value in the message", () => {
    const short = Buffer.alloc(31, 7).toString("base64url");
    const read = () => readConfig({ ...env, ACCESS_TOKEN_KEYS: `${key},old:${short}` });
    expect(read).toThrow("ACCESS_TOKEN_KEYS: key 2 is shorter than 32 bytes");
    expect(read).not.toThrow(new RegExp(short));
  });

  test.each([
    ["without its name", "c2VjcmV0-c2VjcmV0", "must be kid:base64url"],
    ["before its name", "c2VjcmV0-c2VjcmV0:k1", "key 1 is shorter than 32 bytes"],
  ])("has no signing key in the message that is given %s", (_, value, message) => {
    for (const name of ["ACCESS_TOKEN_KEYS", "REFRESH_TOKEN_KEYS"]) {
      const read = () => readConfig({ ...env, [name]: value });
      expect(read).toThrow(`${name}: ${message}`);
      expect(read).not.toThrow(/c2VjcmV0/);
    }
  });

  test("names FIREBASE_CONFIG when it is not JSON, without its value", () => {
    const read = () => readConfig({ ...env, FIREBASE_CONFIG: "hunter2" });
    expect(read).toThrow("FIREBASE_CONFIG: must be a JSON object");
    expect(read).not.toThrow(/hunter2/);
  });

  test("reads several keys, the first one first", () => {
    const two = `${key},k2:${Buffer.alloc(32, 2).toString("base64url")}`;
    expect(readConfig({ ...env, ACCESS_TOKEN_KEYS: two }).accessTokenKeys.map(({ kid }) => kid)).toEqual(["k1", "k2"]);
  });

  test("refuses two keys with one name, without their values in the message", () => {
    const twice = `${key},k1:${Buffer.alloc(32, 2).toString("base64url")}`;
    for (const name of ["ACCESS_TOKEN_KEYS", "REFRESH_TOKEN_KEYS"]) {
      const read = () => readConfig({ ...env, [name]: twice });
      expect(read).toThrow(`${name}: two keys are named k1`);
      expect(read).not.toThrow(new RegExp(twice.slice(-43)));
    }
  });

  test("takes an empty value for none", () => {
    const names = [
      "INLINE_RELAY_DEADLINE_MS",
      "OTEL_TRACES_SAMPLER_ARG",
      "FIREBASE_DATABASE_EMULATOR_HOST",
      "RTDB_URL",
    ];
    const empty = Object.fromEntries([...names, "TRUSTED_PROXIES", "REDIS_URL"].map((name) => [name, ""]));
    const config = readConfig({ ...env, ...empty, OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" });
    expect(config.inlineRelayDeadlineMs).toBe(200);
    expect(config.traces?.share).toBe(0.1);
    expect(config.realtime).toMatchObject({ url: "https://demo-test-default-rtdb.firebaseio.com", isEmulator: false });
    expect(() => readConfig({ ...env, MYSQL_URL: "" })).toThrow("MYSQL_URL");
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

  test("has the functions' URLs in the region of the deployment", () => {
    const config = readConfig({ ...env, FUNCTIONS_REGION: "us-east4" });
    expect(config.region).toBe("us-east4");
    expect(config.tasks.relayVideosUrl).toBe("https://us-east4-demo-test.cloudfunctions.net/relayVideos");
  });

  test("names MYSQL_URL when the driver cannot use it, without a value", () => {
    const read = () => readConfig({ ...env, MYSQL_URL: "mysql://root:hunter2@127.0.0.1/x?multipleStatements=true" });
    expect(read).toThrow("MYSQL_URL: has a parameter besides socketPath, ssl-mode, ssl-ca");
    expect(read).not.toThrow(/hunter2/);
  });
});
