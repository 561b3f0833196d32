import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";

/**
 * Posts comments over connections that are kept, for one user after the other, each from an address of their own: the rate limits are
 * what they are in production. Node's own client, for `fetch` would cost as much as the server.
 */
export function createPoster(url: string, tokens: string[], connections: number) {
  let posted = 0;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const body = JSON.stringify({ content: "a comment of the length that comments have" });
  return {
    post(videoId: string): Promise<void> {
      posted += 1;
      const user = posted % tokens.length;
      return new Promise((resolve, reject) => {
        const outgoing = request(`${url}/v1/videos/${videoId}/comments`, {
          agent,
          method: "POST",
          headers: {
            authorization: `Bearer ${tokens[user]}`,
            // What Google's front end appends.
            "x-forwarded-for": `10.0.${user >> 8}.${user & 255}`,
            "content-type": "application/json",
            "content-length": body.length,
            "idempotency-key": randomUUID(),
          },
        });
        outgoing.on("response", (answer) => {
          answer.resume();
          answer.on("end", () => {
            if (answer.statusCode === 201) resolve();
            else reject(new Error(`a post got ${answer.statusCode}`));
          });
        });
        outgoing.on("error", reject);
        outgoing.end(body);
      });
    },
    close: () => agent.destroy(),
  };
}
