import type { Context } from "../../functions/src/context.ts";
import { paths } from "../../functions/src/contract/realtime-paths.ts";
import { listKnownIds } from "../../functions/src/tables/sync/video-mirrors.ts";
import { keysAt, removeAll } from "./administrator.ts";

const PAGE_SIZE = 500;
const PLACES = ["comments", "changes", "videos", "sync"];

/**
 * Videos that the Realtime Database holds and MySQL does not know. A comparison that walks MySQL's videos does not find them. The Realtime
 * Database is read first, so a video that begins meanwhile is not among them. The rules let nobody list videos, so this takes an
 * administrator's rights, which the functions do not use.
 */
export async function findUnknownVideos({ config, db }: Pick<Context, "config" | "db">): Promise<string[]> {
  const unknown = new Set<string>();
  for (const place of PLACES) {
    for (const id of await keysAt(config, place)) unknown.add(id);
  }
  return withoutKnown(db, [...unknown].toSorted());
}

async function withoutKnown(db: Context["db"], ids: string[]): Promise<string[]> {
  const known = new Set<string>();
  for (let start = 0; start < ids.length; start += PAGE_SIZE) {
    for (const id of await listKnownIds(db, ids.slice(start, start + PAGE_SIZE))) known.add(id);
  }
  return ids.filter((id) => !known.has(id));
}

/** Removes the mirrors of these videos, except of those that have begun meanwhile. If one begins just now, the next comparison fills it again. */
export async function removeMirrors({ config, db }: Pick<Context, "config" | "db">, videoIds: string[]): Promise<void> {
  for (const id of await withoutKnown(db, videoIds)) {
    await removeAll(config, [paths.comments(id), paths.changes(id), paths.video(id), paths.sync(id)]);
  }
}
