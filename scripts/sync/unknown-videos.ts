import type { Context } from "../../functions/src/context.ts";
import { paths } from "../../functions/src/contract/realtime-paths.ts";
import { listKnownVideos } from "../../functions/src/tables/sync/videos-sync.ts";
import { keysAt, removeAll } from "./administrator.ts";

const PAGE = 500;
const PLACES = ["comments", "changes", "sync"];

/**
 * Videos of which the Realtime Database holds something and MySQL knows nothing: a comparison that walks MySQL's videos does not come
 * by them. Asked in this order, a video that begins meanwhile is none. The rules let nobody list videos, so it takes an
 * administrator's rights, which the functions do not use.
 */
export async function findGhosts({ config, db }: Pick<Context, "config" | "db">): Promise<string[]> {
  const held = new Set<string>();
  for (const place of PLACES) for (const id of await keysAt(config, place)) held.add(id);
  const ids = [...held].toSorted();
  for (let from = 0; from < ids.length; from += PAGE) {
    for (const id of await listKnownVideos(db, ids.slice(from, from + PAGE))) held.delete(id);
  }
  return [...held].toSorted();
}

/** Takes out all that the Realtime Database holds of them. A video that has begun since is filled again by the next comparison. */
export async function removeGhosts({ config }: Pick<Context, "config">, videoIds: string[]): Promise<void> {
  for (const id of videoIds) await removeAll(config, [paths.comments(id), paths.changes(id), paths.sync(id)]);
}
