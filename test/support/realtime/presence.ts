import { expect } from "@jest/globals";
import { ref, set, type DatabaseReference } from "firebase/database";
import { randomUUID } from "node:crypto";
import type { Client } from "../app/client.ts";
import type { RealtimeClient } from "./realtime-client.ts";

/** Where a user's presence on a video is written. */
export function placeOf(client: RealtimeClient, user: Client, videoId = `v-${randomUUID()}`): DatabaseReference {
  return ref(client.database, `presence/${videoId}/${user.id}`);
}

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
