import { expect, test } from "@jest/globals";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import { beginEpoch } from "../../../functions/src/relay/videos/begin-epoch.ts";
import { relayVideo } from "../../../functions/src/relay/videos/relay-video.ts";
import { noQueue } from "../../support/app/queue.ts";
import { useApp } from "../../support/app/use-app.ts";
import { administer } from "../../support/realtime/administrator.ts";
import { rtdbHost } from "../../support/app/processes/process-env.ts";

const READ_ONLY = JSON.stringify({ rules: { ".read": true, ".write": false } });

const app = useApp({
  users: { ada: "user" },
  env: { INLINE_RELAY_DEADLINE_MS: "0" },
  parts: { videoQueue: noQueue },
  rules: READ_ONLY,
});

// It would look again and again: the fence of the epoch before is not where the first update starts.
test("a new epoch whose first update is refused ends with the refusal", async () => {
  const video = app.newVideoId();
  await app.users.ada.post(video, "one");
  await administer("PUT", paths.sync(video), { epoch: 1, from: 0, to: 1, at: 1 }, rtdbHost(app.context.config));
  const refused = expect.objectContaining({ kind: "refused" });
  await expect(beginEpoch(app.context, video)).rejects.toEqual(refused);
  await expect(relayVideo(app.context, video)).rejects.toEqual(refused);
}, 300_000);
