/** The API's contract: what the client shares with the server. Presence and App Check, which load by themselves, import theirs. */
export type {
  Change,
  ChangePage,
  Comment,
  CommentPage,
  CommentResponse,
  MirroredChange,
  Revision,
  RevisionPage,
} from "../../functions/src/contract/comment.ts";
export type {
  AdminUserResponse,
  AdminUser,
  Device,
  DeviceList,
  EndedSessions,
  RealtimeSettings,
  RealtimeToken,
  RealtimeTokenRequest,
  Registration,
  Role,
  SignedIn,
  SignInRequest,
  User,
  UserPage,
  Usernames,
  UserResponse,
  UserSession as AdminUserSession,
  UserSessionList,
} from "../../functions/src/contract/account.ts";
export type {
  AuditAction,
  AuditEntry,
  AuditPage,
  ComparedSubject,
  CountedLabel,
  DependencyStates,
  Overview,
  QuarantinedComment,
  QuarantineList,
  ReconcilePage,
  RetriedVideos,
  SyncStatus,
  VideoSync,
} from "../../functions/src/contract/operation.ts";
export type {
  Ban,
  BanPage,
  ErasedComments,
  HeldPage,
  OwnBan,
  OwnBanResponse,
  Report,
  ReportedComment,
  ReportedPage,
  ReportReason,
  Video as VideoInfo,
  VideoResponse,
  VideoSettings,
} from "../../functions/src/contract/moderation.ts";
export type { FieldError, Problem, ProblemCode } from "../../functions/src/contract/problems.ts";
export { DEFAULT_VIDEO_SETTINGS } from "../../functions/src/contract/moderation.ts";
export { HEADERS } from "../../functions/src/contract/headers.ts";
export {
  DEVICE_TOKENS,
  IDEMPOTENCY_KEY_HOURS,
  MAX_CONTENT_LENGTH,
  REFRESH_GRACE_SECONDS,
} from "../../functions/src/contract/limits.ts";
export {
  type AudienceNode,
  CHANGES_KEPT,
  CLIENT_FIRST_COUNT,
  type FenceNode,
} from "../../functions/src/contract/realtime-nodes.ts";
export { changeKey, paths } from "../../functions/src/contract/realtime-paths.ts";
