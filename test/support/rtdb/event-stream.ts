import type { TestDatabase } from "./test-database.ts";

export interface EventStream {
  readonly status: number;
  readonly type: string | null;
  readonly events: { name: string; data: unknown }[];
  isDone: boolean;
  stop(): void;
}

/** Opens an event stream, and collects its events in the background. */
export async function openEventStream(
  database: Pick<TestDatabase, "host" | "port" | "namespace">,
  path: string,
  params: Record<string, string> = {},
): Promise<EventStream> {
  const aborted = new AbortController();
  const query = new URLSearchParams({ ns: database.namespace, ...params }).toString();
  const response = await fetch(`http://${database.host}:${database.port}${path}?${query}`, {
    headers: { accept: "text/event-stream" },
    signal: aborted.signal,
  });
  const stream: EventStream = {
    status: response.status,
    type: response.headers.get("content-type"),
    events: [],
    isDone: false,
    stop: () => aborted.abort(),
  };
  void (async () => {
    let text = "";
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const [name, data] = block.split("\n").map((line) => line.slice(line.indexOf(": ") + 2));
        stream.events.push({ name: name ?? "", data: JSON.parse(data ?? "") });
      }
    }
    stream.isDone = true;
  })().catch(() => (stream.isDone = true));
  return stream;
}
