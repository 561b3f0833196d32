import type {
  AdminUserResponse,
  AuditAction,
  AuditPage,
  BanPage,
  ChangePage,
  CommentPage,
  CommentResponse,
  ComparedSubject,
  DeviceList,
  EndedSessions,
  ErasedComments,
  HeldPage,
  Overview,
  OwnBanResponse,
  QuarantineList,
  RealtimeSettings,
  RealtimeToken,
  RealtimeTokenRequest,
  ReconcilePage,
  Registration,
  ReportedPage,
  ReportReason,
  RetriedVideos,
  RevisionPage,
  Role,
  SignedIn,
  SignInRequest,
  SyncStatus,
  UserPage,
  Usernames,
  UserResponse,
  UserSessionList,
  VideoResponse,
  VideoSettings,
  VideoSync,
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
  getOwnBan: [OfVideo, OwnBanResponse];
  changeUsername: [{ username: string }, UserResponse];
  changePassword: [{ current_password: string; new_password: string }, void];
  /** `ids`: up to 100, with commas between. */
  listUsernames: [{ ids: string }, Usernames];
  listUsers: [(Page & { search?: string; role?: Role; is_active?: boolean }) | void, UserPage];
  listUserSessions: [OfUser, UserSessionList];
  revokeUserSessions: [OfUser, EndedSessions];
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
  approveComment: [OfComment & IfMatch, CommentResponse];
  listRevisions: [OfComment & Page<number>, RevisionPage];
  listReportedComments: [Page | void, ReportedPage];
  dismissReports: [OfComment, void];
  banUser: [OfUser & { video_id?: string | null; ends_at?: string | null; reason?: string }, void];
  liftBan: [OfUser & { video_id?: string }, void];
  listBans: [(Page & { user_id?: string }) | void, BanPage];
  eraseComments: [OfUser, ErasedComments];
  changeUsernameOfUser: [OfUser & { username: string }, void];

  getOverview: [void, Overview];
  getSyncStatus: [void, SyncStatus];
  getVideoSync: [OfVideo, VideoSync];
  rebuildVideo: [OfVideo, void];
  reconcileVideo: [OfVideo & { repair: boolean }, ComparedSubject];
  reconcileMirrors: [{ subject: "videos" | "users"; cursor?: string; repair: boolean }, ReconcilePage];
  listQuarantinedComments: [void, QuarantineList];
  retryQuarantined: [{ video_id?: string }, RetriedVideos];
  listAuditEntries: [
    (Page & { action?: AuditAction; actor_id?: string; target_id?: string; from?: string; to?: string }) | void,
    AuditPage,
  ];
}

export type OperationName = keyof Operations;
export type Parameters<N extends OperationName> = Operations[N][0];
export type Result<N extends OperationName> = Operations[N][1];

export type Route = `${"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} ${string}`;

export const COMMENTS = "/videos/{video_id}/comments";

/** Where the operations of every reader are sent: without the session, even if there is one. */
export const READING_ROUTES: Partial<Record<OperationName, Route>> = {
  listComments: `GET ${COMMENTS}`,
  listChanges: "GET /videos/{video_id}/changes",
  getVideo: "GET /videos/{video_id}",
  getRealtimeSettings: "GET /realtime",
};
