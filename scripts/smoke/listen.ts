/** A change below a place of a Realtime Database. */
export interface Change {
  path: string;
  data: unknown;
}

/**
 * Listens to a place over the REST API's event stream, signed out as any reader is.
 * @throws Error if the database refuses, or the stream ends
 * @see https://firebase.google.com/docs/reference/rest/database#section-streaming
 */
export async function* listen(databaseUrl: string, path: string, signal: AbortSignal): AsyncGenerator<Change> {
  const url = new URL(databaseUrl);
  url.pathname = `/${path}.json`;
  const response = await fetch(url, { headers: { accept: "text/event-stream" }, signal });
  if (!response.ok || !response.body) throw new Error(`the Realtime Database answered ${response.status}`);
  let text = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const events = text.split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) {
      const [, kind = ""] = /^event: (.+)$/m.exec(event) ?? [];
      const [, data = "null"] = /^data: (.+)$/m.exec(event) ?? [];
      if (kind === "put" || kind === "patch") yield JSON.parse(data) as Change;
      if (kind === "cancel")
        throw new Error("the Realtime Database ended the stream: the rules do not let a reader listen");
    }
  }
  throw new Error("the Realtime Database closed the stream");
}
