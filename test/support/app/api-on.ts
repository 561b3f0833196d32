import { createApp } from "../../../functions/src/app.ts";
import type { Config } from "../../../functions/src/config.ts";
import type { Context } from "../../../functions/src/context.ts";
import { createContext } from "../../../functions/src/create-context.ts";
import { createLogger } from "../../../functions/src/runtime/log.ts";
import type { Send } from "./send.ts";

export interface ApiOn {
  context: Context;
  send: Send;
  /** The lines in its log so far. */
  logged: string[];
}

/** An API in this process with another one's configuration, so that their tokens are the same, and this way to MySQL. */
export function createApiOn(config: Config, mysqlUrl: string): ApiOn {
  const logged: string[] = [];
  const context = createContext(
    { ...config, mysql: { ...config.mysql, url: mysqlUrl } },
    { log: createLogger((line) => void logged.push(line)) },
  );
  const api = createApp(context);
  return { context, logged, send: (path, init) => api.request(path, init) };
}

/** The same server at another port. */
export function withPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
}
