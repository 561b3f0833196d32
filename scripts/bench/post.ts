import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";

/** Posts comments over connections that are kept. Node's own client, for `fetch` would cost as much as the server. */
export function createPoster(url: string, tokens: string[], connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const body = JSON.stringify({ content: "a comment of the length that comments have" });
  return {
    post(worker: number, videoId: string): Promise<void> {
      return new Promise((resolve, reject) => {
        const outgoing = request(`${url}/v1/videos/${videoId}/comments`, {
          agent,
          method: "POST",
          headers: {
            authorization: `Bearer ${tokens[worker % tokens.length]}`,
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
