import { expect, test } from "@jest/globals";
import { smoke } from "../../../scripts/smoke/smoke.ts";
import { createApiOn, withPort } from "../../support/app/api-on.ts";
import { useApp } from "../../support/app/use-app.ts";
import { startHttpServer } from "../../support/network/http-server.ts";
import { createTcpProxy } from "../../support/network/tcp-proxy.ts";

const app = useApp();

/** Runs the smoke test against an API that reaches MySQL only after its first response about its readiness, or never. */
async function smokeCold({ isMended, timeoutMs }: { isMended: boolean; timeoutMs: number }): Promise<string[]> {
  const { config } = app.context;
  await using started = new AsyncDisposableStack();
  const proxy = await createTcpProxy(Number(new URL(config.mysql.url).port));
  started.defer(() => proxy.close());
  proxy.refuse(true);
  const api = createApiOn(config, withPort(config.mysql.url, proxy.port));
  started.defer(() => api.context.close());
  const site = await startHttpServer(async ({ method, path, headers, body }) => {
    const response = await api.send(path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (isMended && path === "/v1/ready") proxy.refuse(false);
    return response;
  });
  started.defer(() => site.close());
  const lines: string[] = [];
  for await (const line of smoke({ site: site.url, videoId: app.newVideoId(), timeoutMs })) lines.push(line);
  expect(site.received.filter(({ path }) => path === "/v1/ready").length).toBeGreaterThan(1);
  return lines;
}

test("the smoke test of a cold deployment asks again until it reaches what it needs", async () => {
  const lines = await smokeCold({ isMended: true, timeoutMs: 120_000 });
  expect(lines.at(-1)).toBe("it is deleted, and the listener hears that");
});

test("control: the smoke test of a deployment that never reaches it fails, and says what is away", async () => {
  await expect(smokeCold({ isMended: false, timeoutMs: 1_000 })).rejects.toThrow(
    /\/v1\/ready answered 503: .*"mysql":"away"/,
  );
});
