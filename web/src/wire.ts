/** The API's contract: the client's one way to what it shares with the server. */
export type { CommentResponse, CommentPage, Comment, MirroredChange } from "../../functions/src/contract/comment.ts";
export type {
  RealtimeSettings,
  RealtimeToken,
  Registration,
  SignedIn,
  SignInRequest,
  User,
  UserResponse,
} from "../../functions/src/contract/account.ts";
export type { FieldError, Problem, ProblemCode } from "../../functions/src/contract/problems.ts";
export { HEADERS } from "../../functions/src/contract/headers.ts";
export { DEVICE_TOKENS, PAGE_LIMIT, REFRESH_GRACE_SECONDS } from "../../functions/src/contract/limits.ts";
export { isProblemCode } from "../../functions/src/contract/problems.ts";
export { CHANGES_KEPT } from "../../functions/src/contract/realtime-nodes.ts";
export { changeKey, paths } from "../../functions/src/contract/realtime-paths.ts";
