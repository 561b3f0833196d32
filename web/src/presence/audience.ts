import { type DataSnapshot, type Database, limitToFirst, onValue, orderByKey, query, ref } from "firebase/database";
import {
  type AudienceNode,
  type ConnectionState,
  type PresenceNode,
  MIN_GONE_AFTER_SECONDS,
  MAX_LISTED_VIEWERS,
  paths,
} from "./wire.ts";

export interface PresentUser {
  userId: string;
  /** `active` if one of the user's tabs is. */
  state: ConnectionState;
}

export interface Audience {
  viewers: number;
  /** Who they are, in the order of their ids; undefined while there are too many. */
  users: PresentUser[] | undefined;
}

type Stop = () => void;

interface List {
  stop: Stop;
  /** By user; undefined until they have arrived. */
  entries: Map<string, PresenceNode> | undefined;
}

/** A list that grew too long is requested again only below this, so that it does not come and go with a single viewer. */
const LIST_AGAIN_BELOW = MAX_LISTED_VIEWERS * 0.9;
/**
 * Without a connection for this long, nothing is known any more. Sooner than the signs of the others are too old, since all of them
 * would seem to be gone then.
 */
const LOST_MS = 45_000;
/** Somebody who is gone without a word makes no event. */
const LOOK_AGAIN_MS = 15_000;

/**
 * Who is present on a video. With up to 100 viewers it listens to who they are, above that to their number alone: with N viewers who come, each
 * would otherwise get N messages.
 */
export class AudienceListener {
  readonly #database: Database;
  readonly #videoId: string;
  readonly #onChange: () => void;
  readonly #stops: Stop[];
  #counted: number | undefined;
  #isTooLong = false;
  #list: List | undefined;
  #serverOffsetMs = 0;
  /** When the connection was lost, in milliseconds since 1970; undefined while it is there. */
  #lostAt: number | undefined = Date.now();

  constructor(database: Database, videoId: string, onChange: () => void) {
    this.#database = database;
    this.#videoId = videoId;
    // What another listener holds comes at once, while this one is still being made.
    this.#onChange = () => queueMicrotask(onChange);
    const timer = setInterval(() => this.#list && onChange(), LOOK_AGAIN_MS);
    this.#stops = [
      () => clearInterval(timer),
      onValue(ref(database, ".info/serverTimeOffset"), (snapshot) => {
        this.#serverOffsetMs = Number(snapshot.val());
      }),
      onValue(ref(database, ".info/connected"), (snapshot) => {
        this.#lostAt = snapshot.val() === true ? undefined : (this.#lostAt ?? Date.now());
        this.#onChange();
      }),
      onValue(ref(database, paths.audience(videoId)), (snapshot) => this.#onCount(snapshot), ignore),
    ];
  }

  /** As the server counted last; 0 if it does not count. */
  get counted(): number {
    return this.#counted ?? 0;
  }

  /** Whether the Realtime Database has told anything yet, and still could. On a network without WebSockets it cannot. */
  get isKnown(): boolean {
    return this.#counted !== undefined && (this.#lostAt === undefined || Date.now() - this.#lostAt < LOST_MS);
  }

  get current(): Audience {
    const entries = this.#list?.entries;
    if (!entries) return { viewers: this.counted, users: undefined };
    const now = Date.now() + this.#serverOffsetMs;
    const users = Array.from(entries, ([userId, presence]) => toPresentUser(userId, presence, now)).filter(isPresent);
    return { viewers: users.length, users };
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#list?.stop();
  }

  #onCount(snapshot: DataSnapshot): void {
    const node: AudienceNode | null = snapshot.val();
    const counted = node?.viewers ?? 0;
    this.#counted = counted;
    this.look();
  }

  /** Listens to who they are, unless they are too many. Also after a refusal: the rights may have come meanwhile. */
  look(): void {
    const counted = this.#counted;
    if (counted === undefined) return;
    if (counted > MAX_LISTED_VIEWERS) this.#unlist();
    else if (!this.#isTooLong || counted < LIST_AGAIN_BELOW) this.#listen();
    this.#onChange();
  }

  #listen(): void {
    if (this.#list) return;
    this.#isTooLong = false;
    // One more than is shown tells that there are too many; the count may be some seconds old.
    const place = query(
      ref(this.#database, paths.presence(this.#videoId)),
      orderByKey(),
      limitToFirst(MAX_LISTED_VIEWERS + 1),
    );
    const list: List = { stop: () => {}, entries: undefined };
    this.#list = list;
    const stop = onValue(
      place,
      (snapshot) => {
        if (this.#list !== list) return;
        if (snapshot.size > MAX_LISTED_VIEWERS) this.#unlist();
        else list.entries = entriesOf(snapshot);
        this.#onChange();
      },
      () => {
        if (this.#list !== list) return;
        // A site may close presence to strangers. Then the count is all there is.
        this.#list = undefined;
        this.#onChange();
      },
    );
    list.stop = stop;
    // The answer may have come at once, from what another listener holds.
    if (this.#list !== list) stop();
  }

  #unlist(): void {
    this.#isTooLong = true;
    this.#list?.stop();
    this.#list = undefined;
  }
}

function entriesOf(snapshot: DataSnapshot): Map<string, PresenceNode> {
  const entries = new Map<string, PresenceNode>();
  snapshot.forEach((child) => {
    const presence: PresenceNode = child.val();
    entries.set(child.key, presence);
  });
  return entries;
}

/** The user, if one of their connections gave a sign lately. Presence may do without connections; then the flag counts. */
function toPresentUser(userId: string, presence: PresenceNode, now: number): PresentUser | undefined {
  const isRecent = (at: number | undefined) => at !== undefined && at > now - MIN_GONE_AFTER_SECONDS * 1_000;
  if (presence.connections) {
    const connections = Object.values(presence.connections).filter(({ at }) => isRecent(at));
    if (connections.length === 0) return undefined;
    return { userId, state: connections.some(({ state }) => state === "active") ? "active" : "away" };
  }
  return presence.online === true && isRecent(presence.last_seen) ? { userId, state: "active" } : undefined;
}

function isPresent(user: PresentUser | undefined): user is PresentUser {
  return user !== undefined;
}

function ignore(): void {
  // Then nothing is known.
}
