import { z } from "zod";

/** Google's REST APIs. Every response is checked for the shape that its reader needs. */
export interface Google {
  /** @returns undefined for a 404 */
  get<T>(service: string, path: string, schema: z.ZodType<T>): Promise<T | undefined>;
  post<T>(service: string, path: string, schema: z.ZodType<T>): Promise<T | undefined>;
  /** The items of all pages. */
  list<T>(service: string, path: string, key: string, item: z.ZodType<T>): Promise<T[]>;
  /** A request to another address, such as a database's, with the same credentials. */
  text(url: string): Promise<string>;
}

export interface GoogleOptions {
  /** An OAuth access token. */
  token: () => Promise<string>;
  /** Replaces `https://SERVICE.googleapis.com` by `BASE/SERVICE`, for a test. */
  base?: string | undefined;
}

const TIMEOUT_MS = 30_000;
/** A project has at most some hundreds of anything that is listed here. */
const MAX_PAGES = 50;

export function createGoogle({ token, base }: GoogleOptions): Google {
  async function fetchOk(url: string, method = "GET"): Promise<Response | undefined> {
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${await token()}`, "content-type": "application/json" },
      ...(method === "POST" && { body: "{}" }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) return response;
    const { host, pathname } = new URL(url);
    const body = await response.text();
    if (response.status === 404) return undefined;
    throw new Error(`${method} ${host}${pathname} answered ${response.status}: ${reasonIn(body)}`);
  }

  async function send<T>(method: string, url: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const response = await fetchOk(url, method);
    return response && schema.parse(await response.json());
  }

  const urlOf = (service: string, path: string): string =>
    base === undefined ? `https://${service}.googleapis.com${path}` : `${base}/${service}${path}`;

  return {
    get: (service, path, schema) => send("GET", urlOf(service, path), schema),
    post: (service, path, schema) => send("POST", urlOf(service, path), schema),
    async list(service, path, key, item) {
      const page = z.looseObject({ nextPageToken: z.string().optional(), [key]: z.array(item).default([]) });
      const items: z.infer<typeof item>[] = [];
      let token: string | undefined;
      for (let pages = 0; pages < MAX_PAGES; pages += 1) {
        const url = new URL(urlOf(service, path));
        if (token) url.searchParams.set("pageToken", token);
        const found = await send("GET", url.href, page);
        items.push(...((found?.[key] ?? []) as z.infer<typeof item>[]));
        token = found?.nextPageToken as string | undefined;
        if (!token) return items;
      }
      throw new Error(`${service}${path} has more than ${MAX_PAGES} pages`);
    },
    async text(url) {
      const response = await fetchOk(url);
      if (!response) throw new Error(`${new URL(url).host} answered 404`);
      return response.text();
    },
  };
}

function reasonIn(body: string): string {
  const [, message = ""] = /"message":\s*"((?:[^"\\]|\\.)*)"/.exec(body) ?? [];
  return message || "no reason given";
}
