import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../../../scripts/platform/paths.ts";
import { freePort } from "../../../faults/system/free-port.ts";
import { until } from "../../until.ts";

export const FRAMEWORK = join(root, "node_modules/@google-cloud/functions-framework");

/** A function that responds with what it sees of a call. */
const FUNCTION = `
export function report(request, response) {
  response.json({
    isInDomain: Boolean(process.domain),
    rawBody: request.rawBody?.toString("base64"),
    body: request.body,
  });
}`;

export interface Report {
  isInDomain: boolean;
  /** In base64. */
  rawBody?: string;
  body?: unknown;
}

/** The real functions-framework in a process of its own, as deployed. */
export class FrameworkProcess {
  /** Code that runs before the function is loaded. */
  readonly #prelude: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "framework-"));
  #child: ChildProcess | undefined;
  port = 0;

  constructor(prelude = "") {
    this.#prelude = prelude;
  }

  async start(): Promise<void> {
    writeFileSync(join(this.#folder, "package.json"), JSON.stringify({ type: "module", main: "index.js" }));
    writeFileSync(join(this.#folder, "index.js"), this.#prelude + FUNCTION);
    this.port = await freePort();
    const args = [`--source=${this.#folder}`, "--target=report", "--signature-type=http", `--port=${this.port}`];
    this.#child = spawn(process.execPath, [join(FRAMEWORK, "build/src/main.js"), ...args], {
      stdio: "ignore",
      env: { PATH: process.env["PATH"], NODE_ENV: "production" },
    });
    await until("functions-framework", () =>
      this.fetch("/").then(
        () => true,
        () => false,
      ),
    );
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}${path}`, { signal: AbortSignal.timeout(30_000), ...init });
  }

  /** Sends a body as JSON. */
  post(path: string, body: Buffer<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> {
    return this.fetch(path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });
  }

  async report(path: string, body: Buffer<ArrayBuffer>, headers?: Record<string, string>): Promise<Report> {
    return (await (await this.post(path, body, headers)).json()) as Report;
  }

  close(): void {
    this.#child?.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
