import {
  type DataSnapshot,
  type Database,
  type DatabaseReference,
  onDisconnect,
  onValue,
  ref,
  serverTimestamp,
  update,
} from "firebase/database";
import {
  type ConnectionState,
  type PresenceNode,
  CONNECTIONS_PER_SESSION,
  connectionKey,
  heartbeatSeconds,
  paths,
} from "./wire.ts";

/** The signed-in user, and how the session gets the right to be present. */
export interface OwnSession {
  userId: string;
  sessionId: string;
  /**
   * Says that the session watches the video (`POST /v1/realtime/token` with the `video_id`). Resolves when Firebase is signed in as the
   * user. It is called again whenever the right may be lost. A rejection means: later.
   */
  authorize: () => Promise<void>;
}

export interface EntryParts {
  database: Database;
  videoId: string;
  viewer: OwnSession;
  state: () => ConnectionState;
  /** As the server counted last; 0 if nobody counts. */
  viewers: () => number;
  /** Milliseconds between two heartbeats; by default what the contract says. For tests. */
  heartbeatMs?: number;
}

/** A refused or failed attempt is repeated after a pause, which doubles up to the longest. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** `leave` waits no longer than this for the entry to be removed. */
const MAX_LEAVE_MS = 2_000;

/**
 * This tab's entry below the user's `connections` on a video, under one key over reconnections. The class keeps the entry true: it writes it
 * after every (re)connection, once its removal at the end of the connection is arranged; repeats it as a heartbeat; and writes it again
 * whenever somebody else marks the user offline although this tab is connected. `leave` removes it.
 */
export class PresenceEntry {
  readonly #parts: EntryParts;
  readonly #place: DatabaseReference;
  readonly #stopConnected: () => void;
  /** Undefined once the rules have refused it. */
  #stopListening: (() => void) | undefined;
  /** The keys of the user's connections, as far as they are known. */
  #keys: string[] = [];
  #isOnline = false;
  #key: string | undefined;
  #isConnected = false;
  #isAuthorized = false;
  /** The entry of this connection was written. */
  #isPresent = false;
  /** It may be there: the request to write it was sent. */
  #isSent = false;
  #isSuspended = false;
  #hasLeft = false;
  /** Counts the attempts to enter. What an earlier one was waiting for may never come: its connection has ended. */
  #attempt = 0;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: EntryParts) {
    this.#parts = parts;
    this.#place = ref(parts.database, paths.userPresence(parts.videoId, parts.viewer.userId));
    this.#listen();
    const connected = ref(parts.database, ".info/connected");
    this.#stopConnected = onValue(connected, (snapshot) => this.#onConnection(snapshot.val() === true));
  }

  /** Writes the state that the tab has now. */
  refresh(): void {
    if (this.#isPresent) this.#beat();
  }

  /** Removes the entry, for now: the page may be shown again. Sent at once, before the page is gone. */
  suspend(): void {
    if (this.#isSent) void update(this.#place, this.#offline()).catch(ignore);
    this.#isSuspended = true;
    this.#stopBeating();
  }

  resume(): void {
    if (!this.#isSuspended) return;
    this.#isSuspended = false;
    void this.#enter();
  }

  /** Removes the entry for good. */
  async leave(): Promise<void> {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#stopConnected();
    this.#stopListening?.();
    const wasSent = this.#isSent;
    this.#stopBeating();
    if (!wasSent) return;
    // The second tells this user's other entries on the same connection to arrange theirs again.
    const removed = Promise.all([onDisconnect(this.#place).cancel(), update(this.#place, this.#offline())]);
    // On a dead connection there is no answer. Then the server removes the entry when it notices.
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, MAX_LEAVE_MS);
      void removed.catch(ignore).finally(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Where a site closed presence to strangers, it is refused until the user is signed in to Firebase. */
  #listen(): void {
    this.#stopListening ??= onValue(
      this.#place,
      (snapshot) => this.#onOwnPresence(snapshot),
      () => {
        this.#stopListening = undefined;
      },
    );
  }

  #onConnection(isConnected: boolean): void {
    this.#isConnected = isConnected;
    // What was arranged for the end of the last connection has been done, or will be.
    this.#stopBeating();
    void this.#enter();
  }

  #stopBeating(): void {
    this.#attempt += 1;
    this.#isPresent = false;
    this.#isSent = false;
    clearTimeout(this.#timer);
  }

  async #enter(): Promise<void> {
    if (!this.#isConnected || this.#isSuspended || this.#hasLeft) return;
    this.#attempt += 1;
    const attempt = this.#attempt;
    try {
      if (!this.#isAuthorized) await this.#parts.viewer.authorize();
      if (attempt !== this.#attempt) return;
      this.#isAuthorized = true;
      this.#listen();
      this.#key ??= this.#freeKey();
      // In this order, on one connection: whatever happens after the second, the first is arranged.
      const arranged = onDisconnect(this.#place).update(this.#offline());
      this.#isSent = true;
      await Promise.all([arranged, update(this.#place, this.#online())]);
      if (attempt !== this.#attempt) return;
      this.#failures = 0;
      this.#isPresent = true;
      this.#scheduleBeat();
      this.#restore();
    } catch {
      if (attempt === this.#attempt) this.#onRefused();
    }
  }

  /** The session may have lost its right: it ended, or the user watches too many videos. It asks again, less and less often. */
  #onRefused(): void {
    this.#isAuthorized = false;
    this.#failures += 1;
    this.#stopBeating();
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#failures - 1)) * (0.5 + Math.random() / 2);
    this.#timer = setTimeout(() => void this.#enter(), pauseMs);
  }

  #onOwnPresence(snapshot: DataSnapshot): void {
    const presence: PresenceNode | null = snapshot.val();
    this.#keys = Object.keys(presence?.connections ?? {});
    this.#isOnline = presence?.online === true;
    this.#restore();
  }

  /** Another tab has left, or the server took this one for gone. */
  #restore(): void {
    if (!this.#isPresent || this.#key === undefined) return;
    if (this.#isOnline && this.#keys.includes(this.#key)) return;
    // An entry on the same connection has cancelled everything that was arranged for its end.
    void onDisconnect(this.#place).update(this.#offline()).catch(ignore);
    this.#beat();
  }

  #scheduleBeat(): void {
    const { heartbeatMs = heartbeatSeconds(this.#parts.viewers()) * 1_000 } = this.#parts;
    clearTimeout(this.#timer);
    // Not all at the same moment, although they may have connected at the same moment.
    this.#timer = setTimeout(() => this.#onBeatDue(), heartbeatMs * (0.9 + Math.random() / 10));
  }

  #onBeatDue(): void {
    // A count of 0 although this tab is present: the chain of counts has ended. This call starts it again.
    if (this.#parts.viewers() === 0) void this.#parts.viewer.authorize().catch(ignore);
    this.#beat();
  }

  #beat(): void {
    this.#scheduleBeat();
    void update(this.#place, this.#online()).catch(() => {
      if (this.#isPresent) this.#onRefused();
    });
  }

  #online() {
    const at = serverTimestamp();
    return { [`connections/${this.#key}`]: { at, state: this.#parts.state() }, online: true, last_seen: at };
  }

  /** For all of the user's tabs; those that are still connected mark the user online again. */
  #offline() {
    return { [`connections/${this.#key}`]: null, online: false, last_seen: serverTimestamp() };
  }

  /**
   * A key that no other tab of the session has. Two tabs that begin at the same moment may choose the same one. Then the one that stays
   * longer sees its entry vanish with the other, and writes it again.
   */
  #freeKey(): string {
    const { sessionId } = this.#parts.viewer;
    const all = Array.from({ length: CONNECTIONS_PER_SESSION }, (_, n) => connectionKey(sessionId, n));
    const free = all.filter((key) => !this.#keys.includes(key));
    const some = free.length > 0 ? free : all;
    return some[Math.floor(Math.random() * some.length)] ?? connectionKey(sessionId, 0);
  }
}

function ignore(): void {
  // The next connection, heartbeat or attempt finds out.
}
