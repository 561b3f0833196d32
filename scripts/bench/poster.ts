import { randomUUID } from "node:crypto";
import { createRawHttp, formatRequest } from "./raw-http.ts";

const CONTENT = "a comment of the length that comments have";

export interface Poster {
  /** Posts a comment. @throws Error for any response but 201 */
  post(videoId: string): Promise<void>;
  /** Reads a video's newest 20 comments. @throws Error for any response but 200 */
  list(videoId: string): Promise<void>;
  /** Reads a path. @throws Error for any response but 200 */
  get(path: string): Promise<void>;
  close(): void;
}

/**
 * Posts comments for one user after the other. Each user has an address of their own, so the rate limits of production refuse none.
 */
export function createPoster(url: string, tokens: string[], content = CONTENT): Poster {
  const body = JSON.stringify({ content });
  const http = createRawHttp(url);
  let sent = 0;
  const nextUser = () => (sent += 1) % tokens.length;
  // What Google's front end appends.
  const addressOf = (user: number) => ({ "x-forwarded-for": `10.0.${user >> 8}.${user & 255}` });
  const path = (videoId: string) => `${url}/v1/videos/${videoId}/comments`;

  async function send(request: string, expected: number): Promise<void> {
    const status = await http.send(request);
    if (status !== expected) throw new Error(`${request.slice(0, request.indexOf(" HTTP"))} got ${status}`);
  }

  const get = (full: string) => send(formatRequest("GET", full, { headers: addressOf(nextUser()) }), 200);

  return {
    post(videoId) {
      const user = nextUser();
      const headers = {
        authorization: `Bearer ${tokens[user]}`,
        ...addressOf(user),
        "idempotency-key": randomUUID(),
      };
      return send(formatRequest("POST", path(videoId), { headers, body }), 201);
    },
    list: (videoId) => get(`${path(videoId)}?limit=20`),
    get: (pathAndQuery) => get(`${url}${pathAndQuery}`),
    close: () => http.close(),
  };
}
