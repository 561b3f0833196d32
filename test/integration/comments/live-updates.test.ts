import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { onValue, ref } from "firebase/database";
import { randomUUID } from "node:crypto";
import type { Comment } from "../../../functions/src/contract/comment.ts";
import type { Client } from "../../support/app/client.ts";
import { createUser } from "../../support/app/users.ts";
import { sendToPlatform } from "../../support/environment.ts";
import { createRealtimeClient, type RealtimeClient } from "../../support/realtime/realtime-client.ts";
import { until } from "../../support/until.ts";

/** Listens to a video as a browser does. The result gives the comments that it has now, in order. */
function listen(client: RealtimeClient, videoId: string): () => string[] {
  let contents: string[] = [];
  onValue(ref(client.database, `comments/${videoId}`), (snapshot) => {
    const comments: Comment[] = [];
    snapshot.forEach((child) => void comments.push(child.val()));
    contents = comments.map(({ content }) => content);
  });
  return () => contents;
}

describe("through the deployed functions", () => {
  let ada: Client;
  let signedIn: RealtimeClient;
  let signedOut: RealtimeClient;

  beforeAll(async () => {
    ada = await createUser(sendToPlatform);
    signedIn = await createRealtimeClient(ada.firebaseToken);
    signedOut = await createRealtimeClient();
  });
  afterAll(async () => {
    await signedIn.close();
    await signedOut.close();
  });

  test("a posted comment appears at every listener, and a deleted one disappears", async () => {
    const video = `v-${randomUUID()}`;
    const views = [listen(signedIn, video), listen(signedOut, video)];
    const first = (await ada.post(video, "first")).body.comment;
    await ada.post(video, "second");
    for (const view of views) await until("both comments, in order", () => view().join() === "first,second");
    expect((await ada.delete(video, first.id)).status).toBe(204);
    for (const view of views) await until("the first one to disappear", () => view().join() === "second");
  });
});
