import { serve } from "@hono/node-server";
import { createApp } from "../../functions/src/app.ts";
import { readConfig } from "../../functions/src/config.ts";
import type { Context } from "../../functions/src/context.ts";
import { createContext } from "../../functions/src/create-context.ts";
import { createLogger } from "../../functions/src/runtime/log.ts";

/** The API on a free port of this machine, in this process, with nothing in its log. */
export async function serveApi(): Promise<{ url: string; context: Context; close: () => Promise<void> }> {
  const context = createContext(readConfig(), { log: createLogger(() => {}) });
  const { server, port } = await new Promise<{ server: ReturnType<typeof serve>; port: number }>((resolve) => {
    const started = serve({ fetch: createApp(context).fetch, port: 0, hostname: "127.0.0.1" }, (address) => {
      resolve({ server: started, port: address.port });
    });
  });
  return {
    url: `http://127.0.0.1:${port}/v1`,
    context,
    async close() {
      if ("closeAllConnections" in server) server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      await context.close();
    },
  };
}
