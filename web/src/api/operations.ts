import type {
  AdminUserResponse,
  BanPage,
  ChangePage,
  CommentPage,
  CommentResponse,
  DeviceList,
  ErasedComments,
  HeldPage,
  RealtimeSettings,
  RealtimeToken,
  RealtimeTokenRequest,
  Registration,
  ReportedPage,
  ReportReason,
  RevisionPage,
  Role,
  SignedIn,
  SignInRequest,
  UserPage,
  Usernames,
  UserResponse,
  VideoResponse,
  VideoSettings,
} from "../wire.ts";

interface OfVideo {
  video_id: string;
}
interface OfComment extends OfVideo {
  comment_id: string;
}
interface OfUser {
  user_id: string;
}
interface Page<Cursor = string> {
  limit?: number;
  cursor?: Cursor;
}
/** Headers, beside the parameters. */
interface IfMatch {
  if_match?: string;
}
interface MinVideoSeq {
  min_video_seq?: number;
}

/** What each operation takes and returns. The names are those of the OpenAPI document; a test compares the two. */
export interface Operations {
  register: [Registration, UserResponse];
  getCurrentUser: [void, UserResponse];
  changeUsername: [{ username: string }, UserResponse];
  changePassword: [{ current_password: string; new_password: string }, void];
  /** `ids`: up to 100, with commas between. */
  listUsernames: [{ ids: string }, Usernames];
  listUsers: [(Page & { search?: string; role?: Role; is_active?: boolean }) | void, UserPage];
  changeUser: [OfUser & { role?: Role; is_active?: boolean }, AdminUserResponse];

  signIn: [SignInRequest, SignedIn];
  signOut: [void, void];
  signOutEverywhereElse: [void, void];
  listDevices: [void, DeviceList];
  revokeDevice: [{ device_id: string }, void];

  getRealtimeSettings: [void, RealtimeSettings];
  createRealtimeToken: [RealtimeTokenRequest, RealtimeToken];

  listComments: [OfVideo & Page & MinVideoSeq, CommentPage];
  listChanges: [OfVideo & { after: number; limit?: number } & MinVideoSeq, ChangePage];
  getComment: [OfComment & MinVideoSeq, CommentResponse];
  postComment: [OfVideo & { content: string; idempotency_key: string }, CommentResponse];
  editComment: [OfComment & { content: string } & IfMatch, CommentResponse];
  deleteComment: [OfComment & IfMatch, void];
  reportComment: [OfComment & { reason: ReportReason; note?: string }, void];

  getVideo: [OfVideo, VideoResponse];
  registerVideo: [OfVideo, VideoResponse];
  changeVideo: [OfVideo & Partial<VideoSettings>, VideoResponse];
  listHeldComments: [OfVideo & Page, HeldPage];
  approveComment: [OfComment, CommentResponse];
  listRevisions: [OfComment & Page<number>, RevisionPage];
  listReportedComments: [Page | void, ReportedPage];
  dismissReports: [OfComment, void];
  banUser: [OfUser & { video_id?: string | null; ends_at?: string | null; reason?: string }, void];
  liftBan: [OfUser & { video_id?: string }, void];
  listBans: [(Page & { user_id?: string }) | void, BanPage];
  eraseComments: [OfUser, ErasedComments];
  changeUsernameOfUser: [OfUser & { username: string }, void];
}

export type OperationName = keyof Operations;
export type Parameters<N extends OperationName> = Operations[N][0];
export type Result<N extends OperationName> = Operations[N][1];

const COMMENTS = "/videos/{video_id}/comments";
const COMMENT = `${COMMENTS}/{comment_id}`;

/** Where each operation is sent. */
export const ROUTES: Record<OperationName, `${"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} ${string}`> = {
  register: "POST /users",
  getCurrentUser: "GET /users/me",
  changeUsername: "PATCH /users/me",
  changePassword: "PUT /users/me/password",
  listUsernames: "GET /users/names",
  listUsers: "GET /users",
  changeUser: "PATCH /users/{user_id}",
  signIn: "POST /sessions",
  signOut: "DELETE /sessions/current",
  signOutEverywhereElse: "DELETE /sessions",
  listDevices: "GET /devices",
  revokeDevice: "DELETE /devices/{device_id}",
  getRealtimeSettings: "GET /realtime",
  createRealtimeToken: "POST /realtime/token",
  listComments: `GET ${COMMENTS}`,
  listChanges: "GET /videos/{video_id}/changes",
  getComment: `GET ${COMMENT}`,
  postComment: `POST ${COMMENTS}`,
  editComment: `PATCH ${COMMENT}`,
  deleteComment: `DELETE ${COMMENT}`,
  reportComment: `POST ${COMMENT}/reports`,
  getVideo: "GET /videos/{video_id}",
  registerVideo: "PUT /videos/{video_id}",
  changeVideo: "PATCH /videos/{video_id}",
  listHeldComments: "GET /videos/{video_id}/held",
  approveComment: `POST ${COMMENT}/approve`,
  listRevisions: `GET ${COMMENT}/revisions`,
  listReportedComments: "GET /moderation/reports",
  dismissReports: `DELETE ${COMMENT}/reports`,
  banUser: "PUT /moderation/bans/{user_id}",
  liftBan: "DELETE /moderation/bans/{user_id}",
  listBans: "GET /moderation/bans",
  eraseComments: "DELETE /moderation/users/{user_id}/comments",
  changeUsernameOfUser: "PUT /moderation/users/{user_id}/username",
};

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a record's keys
export const operationNames = Object.keys(ROUTES) as OperationName[];
