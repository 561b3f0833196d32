export type { Calls, CallOptions } from "./api/api.ts";
export type { AppCheckSource } from "./api/app-check.ts";
export type { OperationName, Operations } from "./api/operations.ts";
export { createLiveComments, type LiveComments, type LiveCommentsOptions } from "./client.ts";
export { ApiError, isOutcomeUnknown, NetworkError } from "./http/errors.ts";
export type { Stop } from "./listeners.ts";
export type { FirebaseSettings } from "./live/firebase-settings.ts";
export type { FailReason, OutboxItem, WaitReason } from "./outbox/item.ts";
export { OutboxFullError } from "./outbox/full-error.ts";
export type { SessionState, UserSession } from "./session/session.ts";
export { EditConflict } from "./video/edit-conflict.ts";
export type { Connection } from "./video/follower-options.ts";
export type { PresentViewer, VideoPresenceState } from "./presence/joined.ts";
export type { VideoPresence } from "./video/presence.ts";
export type { Video, VideoState } from "./video/video.ts";
export type {
  AdminUser,
  AdminUserSession,
  AuditEntry,
  Ban,
  Comment,
  CountedLabel,
  DependencyStates,
  Device,
  FieldError,
  OwnBan,
  Overview,
  Problem,
  ProblemCode,
  QuarantinedComment,
  Report,
  ReportedComment,
  ReportReason,
  Revision,
  Role,
  User,
  VideoInfo,
  VideoSettings,
} from "./wire.ts";
