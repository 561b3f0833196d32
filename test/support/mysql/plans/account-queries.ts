import { createHash } from "node:crypto";
import { execute } from "../../../../functions/src/database/statement.ts";
import * as endedSessions from "../../../../functions/src/tables/accounts/ended-sessions.ts";
import * as sessions from "../../../../functions/src/tables/accounts/sessions.ts";
import * as userData from "../../../../functions/src/tables/accounts/user-data.ts";
import * as userDevices from "../../../../functions/src/tables/accounts/user-devices.ts";
import * as usernameLooks from "../../../../functions/src/tables/accounts/username-looks.ts";
import * as users from "../../../../functions/src/tables/accounts/users.ts";
import * as watchedVideos from "../../../../functions/src/tables/accounts/watched-videos.ts";
import { exampleId } from "./numbers.ts";
import { type PlanQuery, wholeIndexIfStale } from "./query.ts";

const look = (n: number) => createHash("sha256").update(String(n)).digest();
const IDS = Array.from({ length: 20 }, (_, n) => exampleId(n));

export const ACCOUNT_QUERIES: PlanQuery[] = [
  ["live sessions", (db) => execute(db, sessions.liveSessionsQuery(IDS)), () => 60],
  ["a live session", (db, { userId }) => sessions.findLiveSession(db, userId)],
  ["a refresh", (db, { userId }) => sessions.rotateSession(db, userId, { generation: 1, idleSeconds: 60 })],
  ["a session's generation", (db, { userId }) => sessions.findGeneration(db, userId, 60)],
  ["a user's sessions", (db, { userId }) => sessions.lockSessions(db, userId, {}, 20)],
  [
    "chosen sessions of a user",
    (db, { userId }) => sessions.lockSessions(db, userId, { ids: IDS, userDeviceIds: IDS, except: "" }, 20),
  ],
  ["a user's last sessions", (db, { userId }) => sessions.listSessionIds(db, userId, { offset: 1, limit: 20 })],
  ["sessions that end", (db) => sessions.markRevoked(db, IDS, 5), () => 60],
  ["a user's revoked sessions", (db, { userId }) => sessions.listRevoked(db, userId, { after: 0, to: 9 })],
  ["the sessions of a user", (db, { userId }) => sessions.listCurrentSessions(db, userId, 20)],
  ["whether a user has a session", (db, { userId }) => sessions.hasCurrentSession(db, userId)],
  ["expired sessions", (db) => endedSessions.listExpired(db, 20)],
  ["sessions that ended long ago", (db) => endedSessions.listEnded(db, 30, 20)],
  ["no sessions that ended long ago", (db) => endedSessions.listEnded(db, 1_000, 20)],
  ["whether a user was here", (db, { userId }) => userDevices.wasSeenWithin(db, userId, 2 * 86_400)],
  ["no unused devices to delete", (db, { userId }) => userDevices.deleteUnusedDevices(db, [userId], 20)],
  ["sessions to delete", (db) => endedSessions.deleteSessions(db, IDS), () => 200],
  [
    "a user's device",
    (db, { userId }) => userDevices.upsertDevice(db, { id: userId, user_id: userId, device_id: "d0", device_info: {} }),
  ],
  ["a user's devices", (db, { userId }) => userDevices.listActiveDevices(db, userId, { limit: 20 })],
  ["devices to deactivate", (db, { userId }) => userDevices.deactivateDevices(db, userId, IDS), () => 60],
  ["a seen device", (db, { userId }) => userDevices.markSeen(db, userId)],
  [
    "somebody else's name that looks the same",
    (db, { userId }) => usernameLooks.isLookTaken(db, userId, { looks: [look(1), look(2)], days: 30 }),
  ],
  ["looks to release", (db, { userId }) => usernameLooks.releaseLooks(db, userId)],
  [
    "looks to withdraw",
    (db, { userId }) => usernameLooks.withdrawLooks(db, userId, [look(0), look(1)]),
    wholeIndexIfStale,
  ],
  ["present looks to delete", (db) => usernameLooks.deletePresentLooks(db, IDS), () => 100],
  ["released looks to delete", (db) => usernameLooks.deleteReleasedLooks(db, 30, 20), wholeIndexIfStale],
  ["no released looks to delete", (db) => usernameLooks.deleteReleasedLooks(db, 1_000, 20), wholeIndexIfStale],
  ["names whose looks are old", (db) => usernameLooks.lockUsersWithOldLooks(db, 1, 10)],
  ["names whose looks are new", (db) => usernameLooks.setLooksVersion(db, IDS, 5), () => 60],
  ["a user", (db, { userId }) => users.findUser(db, userId)],
  ["names of users", (db) => users.findUsernames(db, IDS), () => 20],
  ["a user by address", (db) => users.findUserByEmail(db, "0@x.org")],
  ["the account of a sign-in", (db, { userId }) => users.findAccount(db, "0@x.org", userId)],
  ["the account of a sign-in elsewhere", (db) => users.findAccount(db, "0@x.org", undefined)],
  ["a sign-in", (db, { userId }) => users.markSignedIn(db, userId)],
  ["a locked user", (db, { userId }) => users.lockUser(db, userId)],
  ["admins", (db) => users.lockActiveAdmins(db)],
  ["a changed user", (db, { userId }) => users.updateUser(db, userId, { is_active: false })],
  [
    "a name",
    (db, { userId }) => users.setUsername(db, userId, { username: "y", username_canonical: "y", looks_version: 1 }),
  ],
  ["when a name was changed", (db, { userId }) => users.secondsSinceRename(db, userId)],
  ["an unlocked account", (db, { userId }) => users.countUnlock(db, userId)],
  ["users in order", (db, { userId }) => users.findUsers(db, {}, { after: userId, limit: 20 })],
  ["users of a role", (db) => users.findUsers(db, { role: "user", is_active: true }, { limit: 20 })],
  // By two indexes, then sorted.
  ["users by the beginning of a name", (db) => users.findUsers(db, { prefix: "u12" }, { limit: 20 }), () => 1_000],
  ["no users by an unknown name", (db) => users.findUsers(db, { prefix: "nobody" }, { limit: 20 })],
  [
    "whether a session watches a video",
    (db, { userId }) => watchedVideos.touchWatched(db, { session_id: userId, video_id: "v0" }),
  ],
  ["what a user's sessions watch", (db, { userId }) => watchedVideos.listWatched(db, userId)],
  ["what a user's sessions watched first", (db, { userId }) => watchedVideos.lockOldestWatched(db, userId, 0)],
  [
    "a video that is not watched any more",
    (db, { userId }) => watchedVideos.deleteWatched(db, { session_id: userId, video_id: "v0" }),
  ],
  ["what ended sessions watched", (db) => watchedVideos.deleteWatchedOf(db, IDS), () => 100],
  ...userData.USER_RECORD_TYPES.flatMap((type): PlanQuery[] => {
    // A user has few sessions; held comments are sorted for each page.
    const more = type === "held_comment" ? () => 2 * 3_000 : () => 0;
    return [
      [
        `a user's records: ${type}`,
        (db, { userId }) => userData.listUserRecords(db, type, userId, { limit: 20 }),
        more,
      ],
      [
        `more of a user's records: ${type}`,
        (db, { userId }) => userData.listUserRecords(db, type, userId, { after: "0", limit: 20 }),
        more,
      ],
      [
        `how many records a user has: ${type}`,
        (db, { userId }) => userData.countUserRecords(db, type, userId),
        () => 3_000,
      ],
    ];
  }),
  ["rows to erase", (db, { userId }) => userData.eraseUserRows(db, userId, 20)],
  ["addresses to erase", (db) => userData.eraseAddressesAbout(db, [exampleId(1), exampleId(2)], 20)],
  [
    "an account to erase",
    (db, { userId }) => userData.eraseAccount(db, userId, { email: "y", username: "y", passwordHash: "" }),
  ],
];
