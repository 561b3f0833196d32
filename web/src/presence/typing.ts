import {
  type Database,
  type DatabaseReference,
  onDisconnect,
  onValue,
  ref,
  remove,
  serverTimestamp,
  set,
} from "firebase/database";
import { type TypingNode, TYPING_SECONDS, paths } from "./wire.ts";

const TYPING_MS = TYPING_SECONDS * 1_000;
/** Somebody who goes on typing says so again in time. */
const REPEAT_AFTER_MS = TYPING_MS / 2;

/** Tells the others that this user is typing. */
export class TypingSign {
  readonly #place: DatabaseReference;
  readonly #isAllowed: () => boolean;
  #sentAt: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param isAllowed whether the audience is small enough */
  constructor(
    { database, videoId, userId }: { database: Database; videoId: string; userId: string },
    isAllowed: () => boolean,
  ) {
    this.#place = ref(database, paths.userTyping(videoId, userId));
    this.#isAllowed = isAllowed;
  }

  /** Call it with each input. It sends a sign every four seconds at most, and takes it back if no input follows. */
  typed(): void {
    if (!this.#isAllowed()) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.stopped(), REPEAT_AFTER_MS);
    const now = performance.now();
    if (this.#sentAt !== undefined && now - this.#sentAt < REPEAT_AFTER_MS) return;
    if (this.#sentAt === undefined) void onDisconnect(this.#place).remove().catch(ignore);
    this.#sentAt = now;
    void set(this.#place, serverTimestamp()).catch(ignore);
  }

  /** The comment was posted, or the field was left. */
  stopped(): void {
    clearTimeout(this.#timer);
    if (this.#sentAt === undefined) return;
    this.#sentAt = undefined;
    void Promise.all([remove(this.#place), onDisconnect(this.#place).cancel()]).catch(ignore);
  }
}

export interface TypingParts {
  database: Database;
  videoId: string;
  onChange: (userIds: string[]) => void;
  /** The rules refuse it now; nothing follows. */
  onRefused: () => void;
}

/** The ids of the users who are typing, now and after each change. Returns a function that stops it. */
export function listenToTyping({ database, videoId, onChange, onRefused }: TypingParts): () => void {
  let signs: TypingNode = {};
  let serverOffsetMs = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function tell(): void {
    clearTimeout(timer);
    const now = Date.now() + serverOffsetMs;
    const recent = Object.entries(signs).filter(([, at]) => at > now - TYPING_MS);
    onChange(recent.map(([userId]) => userId));
    // A sign that nobody takes back ends by itself.
    const endsInMs = Math.min(...recent.map(([, at]) => at + TYPING_MS - now));
    if (recent.length > 0) timer = setTimeout(tell, Math.max(0, endsInMs) + 1);
  }

  const stops = [
    onValue(ref(database, ".info/serverTimeOffset"), (snapshot) => {
      serverOffsetMs = Number(snapshot.val());
    }),
    onValue(
      ref(database, paths.typing(videoId)),
      (snapshot) => {
        const node: TypingNode | null = snapshot.val();
        signs = node ?? {};
        tell();
      },
      onRefused,
    ),
  ];
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}

function ignore(): void {
  // Typing is worth no second try.
}
