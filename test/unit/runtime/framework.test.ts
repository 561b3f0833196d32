import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { root } from "../../../scripts/platform/paths.ts";
import { freePort } from "../../faults/system/free-port.ts";
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
const MALFORMED = Buffer.from("{");
const GZIP = { "content-encoding": "gzip" };

describe("functions-framework with our changes", () => {
  const framework = new FrameworkProcess({ isPatched: true });
  beforeAll(() => framework.start());
  afterAll(() => framework.close());

  test("runs a call in no domain", async () => {
    expect(await framework.report("/v1/health", JSON_BODY)).toMatchObject({ isInDomain: false });
  });

  test("hands over a body for the API unparsed, with the original headers", async () => {
    expect(await framework.report("/v1/sessions", JSON_BODY)).toMatchObject({
      isParsed: false,
      body: JSON_BODY.toString("base64"),
      rawContentType: "application/json",
    });
  });

  test("leaves malformed JSON to the app", async () => {
    expect((await framework.post("/v1/sessions", MALFORMED)).status).toBe(200);
  });

  test.each(["/v1/sessions", "/"])("does not unpack a compressed body for %s", async (path) => {
    const { body } = await framework.report(path, COMPRESSED, GZIP);
    expect(body).toBe(COMPRESSED.toString("base64"));
  });

  test("still parses a task", async () => {
    expect(await framework.report("/", JSON_BODY)).toMatchObject({ isParsed: true });
  });
});

describe("control: functions-framework without our changes", () => {
  const framework = new FrameworkProcess({ isPatched: false });
  beforeAll(() => framework.start());
  afterAll(() => framework.close());

  test("runs a call in a domain", async () => {
    expect(await framework.report("/v1/health", JSON_BODY)).toMatchObject({ isInDomain: true });
  });

  test("parses a body for the API", async () => {
    expect(await framework.report("/v1/sessions", JSON_BODY)).toMatchObject({ isParsed: true });
  });

  test("answers malformed JSON itself", async () => {
    expect((await framework.post("/v1/sessions", MALFORMED)).status).toBe(400);
  });

  test("unpacks a compressed body", async () => {
    const { body } = await framework.report("/v1/sessions", COMPRESSED, GZIP);
    expect(body).toBe(JSON_BODY.toString("base64"));
  });
});

test("the functions are deployed with the very framework that is tested here", () => {
  const read = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  const { version } = read(join(FRAMEWORK, "package.json"));
  const { dependencies } = read(join(root, "package.json"));
  expect(dependencies).toMatchObject({ "@google-cloud/functions-framework": version });
});
