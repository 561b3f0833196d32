import { expect } from "@jest/globals";
import { ref, set, type DatabaseReference } from "firebase/database";
import { randomUUID } from "node:crypto";
import { connectionKey, paths } from "../../../functions/src/contract/realtime-paths.ts";
import type { Client } from "../app/client.ts";
import type { RealtimeClient } from "./realtime-client.ts";

/** Where a user's presence on a video is written. */
export function placeOf(client: RealtimeClient, user: Client, videoId: string): DatabaseReference {
  return ref(client.database, paths.userPresence(videoId, user.id));
}

/** Lets the user's session be present on a video. Returns where. */
export async function watch(
  client: RealtimeClient,
  user: Client,
  videoId = `v-${randomUUID()}`,
): Promise<DatabaseReference> {
  expect(await user.call("POST", "/realtime/token", { video_id: videoId })).toMatchObject({ status: 200 });
  return placeOf(client, user, videoId);
}

/** The key of a connection of the user's session. */
export const connectionOf = ({ session }: Client, n = 0) => connectionKey(session?.session.id ?? "", n);

/** Whether the SDK may write presence here. Fails on any error other than a refusal. */
export async function mayWrite(place: DatabaseReference): Promise<boolean> {
  try {
    await set(place, { online: true, last_seen: 1 });
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: "PERMISSION_DENIED" });
    return false;
  }
}
