import { afterAll, beforeAll } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Replicated, startReplicated } from "../mysql/replicated.ts";
import { metric } from "../metric.ts";
import { createTcpProxy, type TcpProxy } from "../network/tcp-proxy.ts";
import { until } from "../until.ts";
import { type ApiOn, createApiOn, withPort } from "./api-on.ts";
import type { ReadOutcome } from "../../../functions/src/replicas/video-reader.ts";
import type { App } from "./app.ts";
import { Client } from "./client.ts";

/** An API that reads on a replica. */
export interface ReplicatedApi extends ApiOn {
  /** Signed out. */
  anonymous: Client;
  /** Reads about videos so far, of this outcome, on the primary or on the replica. */
  reads(server: "primary" | "replica", outcome: ReadOutcome): Promise<number>;
  /** Reads a video until the replica has served it. */
  untilUsed(video: string): Promise<void>;
}

export interface ReplicatedApp {
  /** Empty until the tests start. */
  servers: Replicated;
  /** Between the APIs and the replica. */
  proxy: TcpProxy;
  /** @param options.maxLagSeconds how old what the replica shows may be */
  openApi(options: { maxLagSeconds: number; replicaUrl?: string }): ReplicatedApi;
}

/** A primary and a replica for the tests of this file, and APIs on them with the app's configuration. */
export function useReplicated(app: App): ReplicatedApp {
  const opened: ApiOn[] = [];
  let folder: string;
  const replicated = {
    openApi({ maxLagSeconds, replicaUrl = replicated.servers.replicaUrl }) {
      const { config } = app.context;
      const url = withPort(replicaUrl, replicated.proxy.port);
      const replicas = { urls: [url], maxLagMs: maxLagSeconds * 1000 };
      const api = createApiOn({ ...config, mysql: { ...config.mysql, replicas } }, replicated.servers.primaryUrl);
      opened.push(api);
      return toReplicatedApi(api, new URL(url).host);
    },
  } as ReplicatedApp;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "replicated-"));
    replicated.servers = await startReplicated(folder);
    replicated.proxy = await createTcpProxy(Number(new URL(replicated.servers.replicaUrl).port));
  });
  afterAll(async () => {
    for (const { context } of opened) await context.close();
    await replicated.proxy.close();
    await replicated.servers.close();
    await rm(folder, { recursive: true });
  });
  return replicated;
}

function toReplicatedApi(api: ApiOn, host: string): ReplicatedApi {
  const anonymous = new Client(api.send);
  const reads: ReplicatedApi["reads"] = async (server, outcome) => {
    const name = server === "primary" ? server : host;
    return (await metric(api.context, "video_reads_total", { server: name, outcome })) ?? 0;
  };
  return {
    ...api,
    anonymous,
    reads,
    async untilUsed(video) {
      const before = await reads("replica", "served");
      await until("a read on the replica", async () => {
        await anonymous.list(video);
        return (await reads("replica", "served")) > before;
      });
    },
  };
}
