/** The API's contract: the client's one way to what it shares with the server. */
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
  Device,
  DeviceList,
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
} from "../../functions/src/contract/account.ts";
export type {
  Ban,
  BanPage,
  ErasedComments,
  HeldPage,
  Report,
  ReportedComment,
  ReportedPage,
  ReportReason,
  Video as VideoInfo,
  VideoResponse,
  VideoSettings,
} from "../../functions/src/contract/moderation.ts";
export type { FieldError, Problem, ProblemCode } from "../../functions/src/contract/problems.ts";
export { HEADERS } from "../../functions/src/contract/headers.ts";
export {
  DEVICE_TOKENS,
  IDEMPOTENCY_KEY_HOURS,
  MAX_CONTENT_LENGTH,
  REFRESH_GRACE_SECONDS,
} from "../../functions/src/contract/limits.ts";
export { type AudienceNode, CHANGES_KEPT } from "../../functions/src/contract/realtime-nodes.ts";
export { changeKey, paths } from "../../functions/src/contract/realtime-paths.ts";
