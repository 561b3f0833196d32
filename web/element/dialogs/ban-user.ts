import type { Ban, BanPage } from "../../../functions/src/contract/moderation.ts";

type NewBan = Pick<Ban, "user_id" | "video_id" | "ends_at" | "reason">;

/** What is used of the client's operations. */
interface BanApi {
  listBans: (of: { user_id: string; limit: number }) => Promise<BanPage>;
  banUser: (ban: NewBan) => Promise<void>;
  liftBan: (of: { user_id: string; video_id?: string }) => Promise<void>;
}

/** The most that a page of the API has. If the user has more bans, it is not known whether one is replaced. */
const MAX_LISTED = 100;

/**
 * Bans a user, on one video or everywhere (null). A ban of the same place is replaced.
 * @returns what takes it back: the replaced ban is in force again. Undefined if it is not known whether there was one.
 * @throws ApiError, NetworkError
 */
export async function banUser(api: BanApi, ban: NewBan): Promise<(() => Promise<void>) | undefined> {
  const { user_id, video_id } = ban;
  const listed = await api.listBans({ user_id, limit: MAX_LISTED }).catch(() => undefined);
  await api.banUser(ban);
  const before = listed?.bans.find((earlier) => earlier.video_id === video_id);
  if (before) {
    const { ends_at, reason } = before;
    return () => api.banUser({ user_id, video_id, ends_at, reason });
  }
  if (listed?.next_cursor !== null) return undefined;
  return () => api.liftBan({ user_id, ...(video_id !== null && { video_id }) });
}
