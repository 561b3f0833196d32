import { expect, test } from "@jest/globals";
import type { Queue } from "../../../functions/src/relay/queue/queue.ts";
import { currentTraceparent, readTraceparent } from "../../../functions/src/runtime/current-span.ts";
import { useApp } from "../../support/app/use-app.ts";

const enqueuedIn: (string | undefined)[] = [];
const videoQueue: Queue = {
  enqueue: async () => void enqueuedIn.push(readTraceparent(currentTraceparent())?.traceId),
};
/** Without inline runs, every change gets a task. */
const app = useApp({ users: { ada: "user" }, env: { INLINE_RELAY_DEADLINE_MS: "0" }, parts: { videoQueue } });

const TRACE = "0af7651916cd43dd8448eb211c80319c";

const tracesOfRequests = () =>
  app.context.logged
    .map((line) => JSON.parse(line) as Record<string, string>)
    .filter(({ message }) => message === "request")
    .map((entry) => entry["logging.googleapis.com/trace"]);

test("a request's trace is in its log entry and in the task that its change gets", async () => {
  app.context.logged.length = 0;
  enqueuedIn.length = 0;
  const { ada } = app.users;
  await ada.withHeaders({ traceparent: `00-${TRACE}-b7ad6b7169203331-01` }).post(app.newVideoId(), "a comment");
  expect(tracesOfRequests()).toEqual([`projects/${app.context.config.projectId}/traces/${TRACE}`]);
  expect(enqueuedIn).toEqual([TRACE]);
});

test("requests without a trace, or with a broken one, begin one each", async () => {
  app.context.logged.length = 0;
  enqueuedIn.length = 0;
  const { ada } = app.users;
  await ada.post(app.newVideoId(), "a comment");
  await ada.withHeaders({ traceparent: "00-none-of-this-01" }).post(app.newVideoId(), "a comment");
  expect(new Set(enqueuedIn)).toHaveProperty("size", 2);
  for (const traceId of enqueuedIn) expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(tracesOfRequests()).toEqual(enqueuedIn.map((id) => `projects/${app.context.config.projectId}/traces/${id}`));
});
