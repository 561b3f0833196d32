import { serve } from "@hono/node-server";
import { createApp } from "../../functions/src/app.ts";
import { readConfig } from "../../functions/src/config.ts";
import { createContext } from "../../functions/src/create-context.ts";
import { createLogger } from "../../functions/src/runtime/log.ts";

// The API without a platform around it; see api.ts. Its log goes to standard error where it says that something is wrong.
const log = createLogger((line) => {
  if (line.includes('"ERROR"')) process.stderr.write(`${line}\n`);
});
const context = createContext(readConfig(), { log });
const server = serve({ fetch: createApp(context).fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => {
  console.log(`listening on http://127.0.0.1:${port}`);
});

process.once("SIGTERM", () => {
  server.close(() => void context.close());
  if ("closeAllConnections" in server) server.closeAllConnections();
});
