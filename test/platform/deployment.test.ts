import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { type RtdbServer, startRtdbServer } from "../../rtdb-server/server.ts";
import { buildAll } from "../../scripts/platform/bundles.ts";
import { migrate } from "../../scripts/platform/mysql/migrations.ts";
import { migrations } from "../../scripts/platform/paths.ts";
import { smoke } from "../../scripts/smoke/smoke.ts";
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
}, 120_000);
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
      CREATE USER comments@'%' IDENTIFIED BY 'secret'; GRANT ALL ON live_comments.* TO comments@'%'`);
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

    test.each(["sweep", "reconcile", "maintain", "purge"])(
      "runs the schedule %s without the keys of tokens",
      async (name) => {
        const one = await start(name);
        const response = await fetch(one.url, { method: "POST" });
        expect([response.status, one.output()]).toEqual([200, expect.not.stringContaining('"severity":"ERROR"')]);
      },
    );

    test.each([
      ["relayVideos", { video_id: "smoke-test" }],
      ["relayUsers", { user_id: "00000000-0000-4000-8000-000000000000" }],
    ])("runs a task of %s", async (name, task) => {
      const one = await start(name);
      const response = await fetch(one.url, {
        method: "POST",
        // Cloud Tasks' own token. Cloud Run has verified it before the function gets it.
        headers: { "content-type": "application/json", authorization: `Bearer ${unsignedToken({ sub: "tasks" })}` },
        body: JSON.stringify({ data: task }),
      });
      expect([response.status, one.output()]).toEqual([204, expect.any(String)]);
    });

    test("control: the API without its keys does not start serving, and names them", async () => {
      const api = await start("api");
      expect((await fetch(`${api.url}/v1/ready`)).status).toBe(500);
      expect(api.output()).toContain("ACCESS_TOKEN_KEYS");
    });
  },
);
