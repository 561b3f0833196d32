import { serve } from "@hono/node-server";
import { createApp } from "../../../../functions/src/app.ts";
import { readConfig } from "../../../../functions/src/config.ts";
import { createContext } from "../../../../functions/src/create-context.ts";
import { createLogger } from "../../../../functions/src/runtime/log.ts";

// The program that api-process.ts starts: the API without a platform around it. It writes its errors to standard error.
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
