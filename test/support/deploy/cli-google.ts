import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { type Call, type Deployed, MISSING, type State, cliRoutes } from "./cli-google-routes.ts";

export interface CliGoogle {
  url: string;
  deployed: Deployed;
  /** Requests that it does not know, as "METHOD path": none in a test that passes. */
  unknown: string[];
  /** The environment in which the Firebase CLI calls it, and nothing else. */
  env: Record<string, string>;
  /** Makes each creation of a function fail. */
  breakBuilds: () => void;
  close: () => Promise<void>;
}

/** The Firebase CLI's variables for the origins of Google's APIs that a deployment calls, each with our place for it. */
const ORIGINS: Record<string, string> = {
  FIREBASE_API_URL: "firebase",
  FIREBASE_RESOURCEMANAGER_URL: "resources",
  FIREBASE_SERVICE_USAGE_URL: "usage",
  FIREBASE_IAM_URL: "iam",
  FIREBASE_RTDB_MANAGEMENT_URL: "rtdb",
  FIREBASE_FUNCTIONS_URL: "functions1",
  FIREBASE_FUNCTIONS_V2_URL: "functions",
  FIREBASE_CLOUDBUILD_URL: "build",
  FIREBASE_RUNTIMECONFIG_URL: "runtimeconfig",
  ARTIFACT_REGISTRY_DOMAIN: "artifacts",
  CLOUD_RUN_URL: "run",
  CLOUD_RUN_API_URL: "run",
  FIREBASE_CLOUD_TAKS_URL: "tasks",
  FIREBASE_CLOUDSCHEDULER_URL: "scheduler",
  CLOUD_SECRET_MANAGER_URL: "secrets",
  COMPUTE_URL: "compute",
  EVENTARC_URL: "eventarc",
  FIREBASE_PUBSUB_URL: "pubsub",
  FIREBASE_STORAGE_URL: "storage",
  FIREBASE_HOSTING_API_URL: "hosting",
  FIREBASE_CLOUDBILLING_URL: "billing",
  FIREBASE_EXT_URL: "extensions",
};

/** A server that plays Google for the Firebase CLI: it keeps what is deployed, and answers as the APIs do. */
export async function startCliGoogle(): Promise<CliGoogle> {
  const deployed: Deployed = {
    rules: {},
    functions: {},
    queues: {},
    jobs: {},
    policies: {},
    archives: [],
    hosting: { config: undefined, files: [], isReleased: false },
  };
  const unknown: string[] = [];
  const state: State = { url: "", isBroken: false };
  const routes = cliRoutes(deployed, state);

  function answer(call: Call): unknown {
    const line = `${call.method} ${call.path}`;
    for (const [pattern, respond] of routes) {
      const match = pattern.exec(line);
      if (match) return respond(call, match);
    }
    unknown.push(line);
    return MISSING;
  }

  const server = createServer((request, response) => {
    const respond = async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      const { pathname, searchParams: query } = new URL(request.url ?? "/", "http://x");
      const isJson = body.length > 0 && body[0] === 123;
      const json = isJson && !pathname.startsWith("/upload") ? (parse(body) as Call["json"]) : {};
      const found = answer({ method: request.method ?? "", path: decodeURIComponent(pathname), query, body, json });
      response.writeHead(found === MISSING ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(found === MISSING ? { error: { code: 404, message: "not found" } } : found));
    };
    void respond();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: state.url,
    deployed,
    unknown,
    env: Object.fromEntries(Object.entries(ORIGINS).map(([name, place]) => [name, `${state.url}/${place}`])),
    breakBuilds: () => (state.isBroken = true),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Rules may have comments, which JSON has not. */
function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return {};
  }
}
