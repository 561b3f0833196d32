import { isDeepStrictEqual } from "node:util";
import type { Written } from "./load.ts";
import type { System } from "./system.ts";
import { PROJECT, WINDOW } from "./system.ts";

type Checked = Pick<System, "db" | "rtdbHost" | "videos">;

/** What must hold once the faults are over; each violation in words. Reads MySQL and the Realtime Database past the proxies, by queries of its own. */
export async function checkInvariants(system: Checked, written: Written[]): Promise<string[]> {
  const violations: string[] = [];
  const rows = await system.db.selectFrom("comments").selectAll().execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  const byName = Map.groupBy(rows, ({ content }) => /^comment \d+ /.exec(content)?.[0] ?? "");
  for (const one of written) {
    const { id, name, deleted, version, content, unanswered } = one;
    const others = (byName.get(name) ?? []).filter((row) => row.id !== id).length;
    if (others > (id === undefined ? 1 : 0)) violations.push(`"${name}" was posted more than once`);
    if (id === undefined) continue;
    const row = byId.get(id);
    if (!row) violations.push(`comment ${id} was acknowledged and is lost`);
    else if (deleted && !row.deleted_at) violations.push(`comment ${id} was deleted and is back`);
    else if (!row.deleted_at) {
      // What no answer told of may have come about.
      const fits =
        (row.version === version && row.content === content) ||
        (row.version === version + 1 && row.content === unanswered);
      if (!fits) violations.push(`comment ${id} was acknowledged at version ${version} and is another ${row.version}`);
    }
  }
  for (const videoId of system.videos) violations.push(...(await differences(system, videoId)));
  return violations;
}

/** Where the Realtime Database differs from MySQL for a video. */
export async function differences(system: Checked, videoId: string): Promise<string[]> {
  const video = await system.db.selectFrom("videos").selectAll().where("id", "=", videoId).executeTakeFirst();
  if (!video) return [];
  if (video.applied_seq !== video.seq) return [`${videoId} is at ${video.applied_seq} of ${video.seq}`];
  const all = await system.db
    .selectFrom("comments")
    .innerJoin("users", "users.id", "comments.user_id")
    .selectAll("comments")
    .select("users.username")
    .where("video_id", "=", videoId)
    .execute();
  const shown = (row: (typeof all)[number]) => ({
    id: row.id,
    content: row.content,
    user: { id: row.user_id, username: row.username },
    created_at: row.inserted_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    version: row.version,
    seq: row.seq,
    edited: row.edited_at !== null,
  });
  // Planted ids that are no keys are refused.
  const refused = (id: string) => id.includes(".");
  const window = all.filter((row) => !row.deleted_at).sort((a, b) => (a.id < b.id ? 1 : -1));
  const comments = Object.fromEntries(
    window
      .slice(0, WINDOW)
      .filter(({ id }) => !refused(id))
      .map((row) => [row.id, shown(row)]),
  );
  const recent = all.filter((row) => row.seq > video.seq - 200);
  const changes = Object.fromEntries(
    recent.map((row) => [
      String(row.seq).padStart(16, "0"),
      row.deleted_at || refused(row.id) ? { id: row.id, deleted: true } : shown(row),
    ]),
  );
  const found: string[] = [];
  const held = {
    comments: await read(system, `comments/${videoId}`),
    changes: await read(system, `changes/${videoId}`),
  };
  for (const [name, truth] of Object.entries({ comments, changes })) {
    const there = held[name as keyof typeof held];
    for (const key of new Set([...Object.keys(truth), ...Object.keys(there)])) {
      if (!isDeepStrictEqual(truth[key], there[key])) {
        const what = key in truth ? (key in there ? "stale" : "missing") : "extra";
        found.push(`${name}/${videoId}/${key} is ${what} in the Realtime Database`);
      }
    }
  }
  const fence = await read(system, `sync/${videoId}`);
  if (fence["to"] !== video.seq) found.push(`the fence of ${videoId} is at ${String(fence["to"])}, not ${video.seq}`);
  return found;
}

async function read(system: Checked, path: string): Promise<Record<string, unknown>> {
  const url = `http://${system.rtdbHost}/${path}.json?ns=${PROJECT}-default-rtdb`;
  const answer = await fetch(url, { headers: { authorization: "Bearer owner" } });
  return (JSON.parse(await answer.text()) ?? {}) as Record<string, unknown>;
}
