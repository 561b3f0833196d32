/** What presence shares with the server: the shapes, paths and numbers of the contract. */
export {
  MIN_GONE_AFTER_SECONDS,
  MAX_LISTED_VIEWERS,
  TYPING_SECONDS,
  heartbeatSeconds,
} from "../../../functions/src/contract/presence.ts";
export {
  type AudienceNode,
  type ConnectionState,
  type PresenceNode,
  type TypingNode,
  CONNECTIONS_PER_SESSION,
} from "../../../functions/src/contract/realtime-nodes.ts";
export { connectionKey, paths } from "../../../functions/src/contract/realtime-paths.ts";
