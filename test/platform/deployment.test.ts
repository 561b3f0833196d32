import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { type RtdbServer, startRtdbServer } from "../../rtdb-server/server.ts";
import { discoverEndpoints } from "../../scripts/doctor/local/endpoints.ts";
import { buildAll } from "../../scripts/platform/bundles/bundles.ts";
import { migrate } from "../../scripts/platform/mysql/migrations.ts";
import { migrations } from "../../scripts/platform/paths.ts";
import { smoke } from "../../scripts/smoke/smoke.ts";
import { Client } from "../support/app/client.ts";
import { signUp } from "../support/app/users.ts";
import { type DeployedFunction, startDeployed } from "../support/deploy/deployed-function.ts";
import { installProduction, unpackUpload, uploadedBytes } from "../support/deploy/uploaded.ts";
import { type PrivateServer, hasMysqlProgram, startTlsServer } from "../support/mysql/private-server.ts";
import type { HttpServer } from "../support/network/http-server.ts";
import { startMetadataServer } from "../support/network/metadata-server.ts";
import { unsignedToken } from "../support/rtdb/unsigned-token.ts";

let folder = "";
let files: string[];

beforeAll(async () => {
  await buildAll();
  folder = await mkdtemp(join(tmpdir(), "upload-"));
  files = await unpackUpload(folder);
});
afterAll(() => rm(folder, { recursive: true }));

test("a deployment uploads exactly these files, under 2 MB", async () => {
  expect(files).toEqual([".npmrc", "functions/lib/index.js", "package-lock.json", "package.json"]);
  expect(await uploadedBytes()).toBeLessThan(2_000_000);
});

const newKey = () => `k1:${randomBytes(32).toString("base64url")}`;

// Real MySQL over TLS, where this machine has the program of a server.
(hasMysqlProgram() ? describe : describe.skip)(
  "the installed upload, under the framework and with production's settings",
  () => {
    let data = "";
    let mysql: PrivateServer;
    let rtdb: RtdbServer;
    let metadata: HttpServer;
    let env: Record<string, string>;
    const started: DeployedFunction[] = [];

    async function start(name: string, more: Record<string, string> = {}): Promise<DeployedFunction> {
      const one = await startDeployed(folder, name, { ...env, ...more });
      started.push(one);
      return one;
    }

    beforeAll(async () => {
      await installProduction(folder);
      data = await mkdtemp(join(tmpdir(), "data-"));
      mysql = await startTlsServer(data);
      await mysql.run(`CREATE DATABASE live_comments CHARACTER SET utf8mb4;
      CREATE USER comments@'%' IDENTIFIED BY 'secret'; GRANT ALL ON live_comments.* TO comments@'%';
      CREATE USER comments@localhost IDENTIFIED BY 'secret'; GRANT ALL ON live_comments.* TO comments@localhost`);
      const tls = `ssl-mode=VERIFY_CA&ssl-ca=${encodeURIComponent(mysql.certificate)}`;
      const url = `mysql://comments:secret@127.0.0.1:${mysql.port}/live_comments?${tls}`;
      await migrate(url, migrations);
      rtdb = await startRtdbServer();
      metadata = await startMetadataServer();
      env = {
        MYSQL_URL: url,
        GCLOUD_PROJECT: "demo-test",
        // No emulator: OAuth tokens, as against Google's own server.
        RTDB_URL: `http://127.0.0.1:${rtdb.port}/?ns=demo-test-default-rtdb`,
        GCE_METADATA_HOST: new URL(metadata.url).host,
      };
    }, 600_000);
    afterEach(async () => {
      for (const one of started.splice(0)) await one.stop();
    });
    afterAll(async () => {
      await metadata.close();
      await rtdb.close();
      await mysql.stop();
      await rm(data, { recursive: true });
    });

    test("has nothing that is in the bundle already", () => {
      expect(existsSync(join(folder, "node_modules/firebase-admin"))).toBe(true);
      for (const name of ["hono", "kysely", "mysql2", "firebase-tools", "typescript"]) {
        expect(existsSync(join(folder, "node_modules", name))).toBe(false);
      }
    });

    test("passes the smoke test: registers, signs in without the right to sign, posts, is heard, deletes", async () => {
      const api = await start("api", { ACCESS_TOKEN_KEYS: newKey(), REFRESH_TOKEN_KEYS: newKey() });
      const lines: string[] = [];
      for await (const line of smoke({ site: api.url, timeoutMs: 120_000 })) lines.push(line);
      expect(lines).toHaveLength(4);
      expect(lines[1]).toContain("no Firebase token can be signed");
      expect(lines[2]).toContain("a listener hears it");
    });

    test("is every function that the build has", async () => {
      const endpoints = await discoverEndpoints(folder, {});
      expect(Object.keys(endpoints).toSorted()).toEqual(
        ["api", "relayVideos", "relayUsers", "countAudiences", "sweep", "reconcile", "maintain", "purge"].toSorted(),
      );
    });

    test.each(["sweep", "reconcile", "maintain", "purge"])(
      "runs the schedule %s without the keys of tokens",
      async (name) => {
        const one = await start(name);
        const response = await fetch(one.url, { method: "POST" });
        expect([response.status, one.output()]).toEqual([200, expect.not.stringContaining('"severity":"ERROR"')]);
      },
    );

    /** Calls a task function as Cloud Tasks does. Cloud Run has verified the token before the function gets it. */
    const runTask = ({ url }: DeployedFunction, data: object) =>
      fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${unsignedToken({ sub: "tasks" })}` },
        body: JSON.stringify({ data }),
      });

    test.each([
      ["relayUsers", { user_id: "00000000-0000-4000-8000-000000000000" }],
      ["countAudiences", { video_id: "smoke-test" }],
    ])("runs a task of %s", async (name, task) => {
      const one = await start(name);
      // The look at whether it serves was no task, and it has said so.
      const before = one.output().length;
      const { status } = await runTask(one, task);
      expect([status, one.output().slice(before)]).toEqual([204, expect.not.stringContaining('"severity":"ERROR"')]);
    });

    test("relays by a task what the API has not relayed itself", async () => {
      const keys = { ACCESS_TOKEN_KEYS: newKey(), REFRESH_TOKEN_KEYS: newKey() };
      const api = await start("api", { ...keys, INLINE_RELAY_DEADLINE_MS: "0" });
      const ada = await signUp(new Client((path, init) => fetch(`${api.url}${path}`, init)));
      expect(await ada.post("by-task", "Hello")).toMatchObject({ status: 201 });
      const place = `http://127.0.0.1:${rtdb.port}/comments/by-task.json?ns=demo-test-default-rtdb`;
      expect(await (await fetch(place)).json()).toBeNull();
      expect((await runTask(await start("relayVideos"), { video_id: "by-task" })).status).toBe(204);
      expect(JSON.stringify(await (await fetch(place)).json())).toContain("Hello");
    });

    test("passes the smoke test over the server's socket file, as with Cloud SQL's", async () => {
      const overSocket = `mysql://comments:secret@localhost/live_comments?socketPath=${mysql.socket}`;
      const keys = { ACCESS_TOKEN_KEYS: newKey(), REFRESH_TOKEN_KEYS: newKey() };
      const api = await start("api", { ...keys, MYSQL_URL: overSocket });
      const lines: string[] = [];
      for await (const line of smoke({ site: api.url, timeoutMs: 120_000 })) lines.push(line);
      expect(lines).toHaveLength(4);
    });

    test("control: the server refuses who comes without TLS, and the API says that it is away", async () => {
      const plain = `mysql://comments:secret@127.0.0.1:${mysql.port}/live_comments?ssl-mode=DISABLED`;
      const keys = { ACCESS_TOKEN_KEYS: newKey(), REFRESH_TOKEN_KEYS: newKey() };
      const api = await start("api", { ...keys, MYSQL_URL: plain });
      const response = await fetch(`${api.url}/v1/ready`);
      expect([response.status, await response.json()]).toMatchObject([503, { dependencies: { mysql: "away" } }]);
    });

    test("control: the API without its keys does not start serving, and names them", async () => {
      const api = await start("api");
      expect((await fetch(`${api.url}/v1/ready`)).status).toBe(500);
      expect(api.output()).toContain("ACCESS_TOKEN_KEYS");
    });
  },
);
