import type { Api } from "../api/api.ts";
import { type PresenceParts, type PresenceState, type PresentUser, Presence } from "./index.ts";
import { Usernames } from "./usernames.ts";

/** Somebody who is present. */
export interface PresentViewer extends PresentUser {
  /** Undefined until it is known, and of an account that is gone. */
  username: string | undefined;
}

export interface VideoPresenceState extends Omit<PresenceState, "users"> {
  /** Who they are; undefined above 100 viewers, or while that is not known. */
  users: readonly PresentViewer[] | undefined;
}

export type Joined = Pick<Presence, "isKnown" | "typed" | "stoppedTyping" | "leave"> & {
  readonly state: VideoPresenceState;
};

/** Joins a video as the signed-in user, with the names of the others. @param signal ends the search for names */
export function join(parts: PresenceParts, api: Api, signal: AbortSignal, onChange: () => void): Joined {
  const presence = new Presence(parts);
  const usernames = new Usernames(api, onChange, signal);
  presence.subscribe(() => queueMicrotask(onChange));
  return {
    get state() {
      const { users, ...rest } = presence.state;
      return {
        ...rest,
        users: users?.map((user) => ({ ...user, username: usernames.find(user.userId) || undefined })),
      };
    },
    get isKnown() {
      return presence.isKnown;
    },
    typed: () => presence.typed(),
    stoppedTyping: () => presence.stoppedTyping(),
    leave: () => presence.leave(),
  };
}
