import { type ClientRequest, get } from "node:http";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import { projectId } from "../../platform/paths.ts";

export interface EventStreams {
  close(): void;
}

const KEY = /\d{16}/g;

/**
 * Opens event streams of a video's changes, as signed-out readers do, each on a connection of its own. Resolves when all have had their
 * first event.
 * @param onUpdate is told by each stream of each update, with the changes that are new in it
 */
export async function openEventStreams(
  rtdbHost: string,
  videoId: string,
  count: number,
  onUpdate: (seqs: number[]) => void,
): Promise<EventStreams> {
  const requests: ClientRequest[] = [];
  await Promise.all(
    Array.from({ length: count }, () => {
      const { request, opened } = openEventStream(rtdbHost, videoId, onUpdate);
      requests.push(request);
      return opened;
    }),
  );
  return {
    close() {
      for (const request of requests) request.destroy();
    },
  };
}

function openEventStream(rtdbHost: string, videoId: string, onUpdate: (seqs: number[]) => void) {
  const url = `http://${rtdbHost}/${paths.changes(videoId)}.json?ns=${projectId}-default-rtdb`;
  const request = get(url, { agent: false, headers: { accept: "text/event-stream" } });
  const opened = new Promise<void>((resolve, reject) => {
    request.once("error", reject);
    request.once("response", (response) => {
      let rest = "";
      let heard = 0;
      response.setEncoding("utf8");
      response.on("data", (text: string) => {
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          // The others are those that the update removes.
          const seqs = Array.from(line.matchAll(KEY), ([key]) => Number(key)).filter((seq) => seq > heard);
          heard = Math.max(heard, ...seqs);
          if (seqs.length > 0) onUpdate(seqs);
        }
        resolve();
      });
    });
  });
  request.on("error", () => {});
  return { request, opened };
}
