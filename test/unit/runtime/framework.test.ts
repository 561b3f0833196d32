import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { root } from "../../../scripts/platform/paths.ts";
import { freePort } from "../../faults/fleet.ts";
import { until } from "../../support/until.ts";

const FRAMEWORK = join(root, "node_modules/@google-cloud/functions-framework");
const PATCH = pathToFileURL(join(root, "functions/src/runtime/framework.ts")).href;

/** A function that responds with what it sees of a call. */
const FUNCTION = `
export function report(request, response) {
  const index = request.rawHeaders.findIndex((name) => name.toLowerCase() === "content-type");
  response.json({
    isInDomain: Boolean(process.domain),
    body: request.rawBody?.toString("base64"),
    isParsed: !Buffer.isBuffer(request.body),
    rawContentType: request.rawHeaders[index + 1],
  });
}`;

interface Report {
  isInDomain: boolean;
  body: string;
  isParsed: boolean;
  rawContentType: string;
}

/** The real framework in a process of its own, as deployed. */
class FrameworkProcess {
  readonly #isPatched: boolean;
  readonly #folder = mkdtempSync(join(tmpdir(), "framework-"));
  #child: ChildProcess | undefined;
  #url = "";

  constructor({ isPatched }: { isPatched: boolean }) {
    this.#isPatched = isPatched;
  }

  async start(): Promise<void> {
    writeFileSync(join(this.#folder, "package.json"), JSON.stringify({ type: "module", main: "index.js" }));
    writeFileSync(join(this.#folder, "index.js"), this.#isPatched ? `import "${PATCH}";${FUNCTION}` : FUNCTION);
    const port = await freePort();
    this.#url = `http://127.0.0.1:${port}`;
    const args = [`--source=${this.#folder}`, "--target=report", "--signature-type=http", `--port=${port}`];
    this.#child = spawn(process.execPath, [join(FRAMEWORK, "build/src/main.js"), ...args], {
      stdio: "ignore",
      env: { PATH: process.env["PATH"], NODE_ENV: "production" },
    });
    await until("functions-framework", () =>
      fetch(this.#url).then(
        () => true,
        () => false,
      ),
    );
  }

  async post(path: string, body: Buffer, headers: Record<string, string> = {}): Promise<Response> {
    const json = { "content-type": "application/json", ...headers };
    return fetch(`${this.#url}${path}`, { method: "POST", headers: json, body: new Uint8Array(body) });
  }

  async report(path: string, body: Buffer, headers?: Record<string, string>): Promise<Report> {
    return (await (await this.post(path, body, headers)).json()) as Report;
  }

  close(): void {
    this.#child?.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const JSON_BODY = Buffer.from('{"content":"hello"}');
const COMPRESSED = gzipSync(JSON_BODY);
const GZIP = { "content-encoding": "gzip" };

describe.each([
  ["functions-framework with our changes", true],
  ["control: functions-framework without them", false],
])("%s", (_, isPatched) => {
  const framework = new FrameworkProcess({ isPatched });
  beforeAll(() => framework.start());
  afterAll(() => framework.close());

  test(isPatched ? "runs a call in no domain" : "runs a call in a domain", async () => {
    expect(await framework.report("/v1/health", JSON_BODY)).toMatchObject({ isInDomain: !isPatched });
  });

  test(isPatched ? "hands over a body for the API unparsed" : "parses a body for the API", async () => {
    const seen = await framework.report("/v1/sessions", JSON_BODY);
    expect(seen).toMatchObject({
      isParsed: !isPatched,
      body: JSON_BODY.toString("base64"),
      rawContentType: "application/json",
    });
  });

  test(isPatched ? "leaves malformed JSON to the app" : "answers malformed JSON itself", async () => {
    const { status } = await framework.post("/v1/sessions", Buffer.from("{"));
    expect(status).toBe(isPatched ? 200 : 400);
  });

  test.each(["/v1/sessions", "/"])(
    isPatched ? "does not unpack a compressed body for %s" : "unpacks a compressed body for %s",
    async (path) => {
      const { body } = await framework.report(path, COMPRESSED, GZIP);
      expect(body).toBe((isPatched ? COMPRESSED : JSON_BODY).toString("base64"));
    },
  );

  test("parses a task", async () => {
    expect(await framework.report("/", JSON_BODY)).toMatchObject({ isParsed: true });
  });
});

test("the functions are deployed with the very framework that is tested here", () => {
  const read = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  const { version } = read(join(FRAMEWORK, "package.json"));
  const { dependencies } = read(join(root, "package.json"));
  expect(dependencies).toMatchObject({ "@google-cloud/functions-framework": version });
});
