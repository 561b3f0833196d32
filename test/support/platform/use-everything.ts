import { randomUUID } from "node:crypto";
import { onChildAdded, ref, set } from "firebase/database";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import { demo } from "../../../scripts/platform/demo.ts";
import { Client, commentPath } from "../app/client.ts";
import type { Send } from "../app/send.ts";
import { signUp } from "../app/users.ts";
import { watch } from "../realtime/presence.ts";
import { createRealtimeClient } from "../realtime/realtime-client.ts";
import type { PlatformPlace } from "./started-platform.ts";

/** Runs one of the commands on the platform, and fails unless it succeeds. */
export type Command = (name: string, ...args: string[]) => Promise<void>;

export interface Used {
  video: string;
  /** What anybody may read afterwards, the newest first. */
  contents: string[];
  /** Sessions that ended, each in another way. */
  ended: Client[];
}

/**
 * Does all that leaves a trace in MySQL, the Realtime Database or Firebase Auth: posts, edits, deletes, review, bans, sign-outs,
 * watching, renames, erasures.
 */
export async function useEverything(send: Send, { ports }: PlatformPlace, command: Command): Promise<Used> {
  const video = `v-${randomUUID()}`;
  const [ada, ben, eve, mallory, moderator] = [
    await newUser(send),
    await newUser(send),
    await newUser(send),
    await newUser(send),
    await newUser(send),
  ];
  await command("admin", "grant", moderator.email, "moderator", "--yes");

  const watching = await createRealtimeClient(ada.firebaseToken, `127.0.0.1:${ports.rtdb}`, `127.0.0.1:${ports.auth}`);
  const place = await watch(watching, ada, video);
  await set(place, { online: true, last_seen: 1 });
  const seen = new Promise<void>((resolve) => {
    onChildAdded(ref(watching.database, paths.comments(video)), () => resolve());
  });

  const kept = await post(ada, video, "kept");
  await ada.edit(video, kept, "edited");
  await seen;
  await watching.close();
  await ada.delete(video, await post(ada, video, "deleted"));
  await post(mallory, video, "erased by a moderator");
  await post(eve, video, "erased with its author");
  await ada.call("POST", `${commentPath(video, kept)}/reports`, { reason: "spam" });

  await moderator.configure(video, { hold_for_review: true });
  const approved = await post(ben, video, "approved");
  await expectSuccess(moderator.call("POST", `${commentPath(video, approved)}/approve`));
  await post(ben, video, "held");
  await moderator.configure(video, { hold_for_review: false, slow_mode_seconds: 1 });
  await post(moderator, video, "last");

  await expectSuccess(moderator.call("PUT", `/moderation/bans/${mallory.id}`, { reason: "spam" }));
  await expectSuccess(moderator.call("DELETE", `/moderation/users/${mallory.id}/comments`));
  await expectSuccess(moderator.call("PUT", `/moderation/users/${mallory.id}/username`, { username: shortName() }));
  await expectSuccess(ada.call("PATCH", "/users/me", { username: shortName() }));
  await command("erase", "--user", eve.email, "--yes");

  const left = await ada.onDevice("left");
  await expectSuccess(left.signOut());
  const earlier = await ben.onDevice("earlier");
  await expectSuccess(ben.call("DELETE", "/sessions"));
  const seeded = await new Client(send).signIn({
    email: demo.users[0]?.email ?? "",
    password: demo.password,
    device: { id: "demo" },
  });
  await expectSuccess(new Client(send, seeded.body).signOut());
  await command("admin", "deactivate", mallory.email);
  return { video, contents: ["last", "approved", "edited"], ended: [left, earlier, mallory, eve] };
}

const shortName = () => `u${randomUUID().slice(0, 8)}`;

const newUser = (send: Send) => signUp(new Client(send), shortName());

async function post(client: Client, video: string, content: string): Promise<string> {
  return (await expectSuccess(client.post(video, content))).body.comment.id;
}

async function expectSuccess<T extends { status: number; body: unknown }>(replying: Promise<T>): Promise<T> {
  const reply = await replying;
  if (reply.status >= 300) throw new Error(`got ${reply.status}: ${JSON.stringify(reply.body)}`);
  return reply;
}
