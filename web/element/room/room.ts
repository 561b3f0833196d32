import type { Comment, LiveComments, Stop, User, Video, VideoPresence, VideoState } from "../../src/index.ts";
import { findBan, type KnownBan, rememberBan } from "./ban.ts";
import { Muted, type Person } from "./muted.ts";
import { Queues } from "./queues.ts";
import { Removals } from "./removals.ts";
import { RoomSettings } from "./settings.ts";

/** One video as an element shows it: the client's state, and what the element itself adds. It calls `onChange` after each change. */
export class Room {
  readonly client: LiveComments;
  readonly video: Video;
  readonly settings: RoomSettings;
  readonly queues: Queues;
  readonly removals: Removals;
  readonly muted = new Muted();
  readonly #onChange: () => void;
  readonly #stops: Stop[];
  #visible: { of: readonly Comment[]; comments: readonly Comment[] } | undefined;
  readonly #readFor = new Set<string>();
  #userId: string | undefined;
  #isSigningOut = false;
  #hasSessionEnded = false;
  /** When the user posted last, in milliseconds since 1970. */
  #postedAt = 0;

  constructor(client: LiveComments, videoId: string, onChange: () => void) {
    this.client = client;
    this.#onChange = onChange;
    this.video = client.video(videoId);
    this.settings = new RoomSettings(client, videoId, onChange);
    this.queues = new Queues(client, videoId, onChange);
    this.removals = new Removals(() => this.#changeVisible());
    this.#stops = [
      this.video.subscribe((state) => this.#onState(state)),
      client.session.subscribe(() => this.#onSession()),
      this.presence.subscribe(onChange),
    ];
  }

  get presence(): VideoPresence {
    return this.video.presence;
  }

  get state(): VideoState {
    return this.video.state;
  }

  get user(): User | undefined {
    return this.client.session.user;
  }

  get isModerator(): boolean {
    return this.user !== undefined && this.user.role !== "user";
  }

  /** The comments that the reader sees, oldest first. The same array until one of them changes. */
  get comments(): readonly Comment[] {
    const of = this.state.comments;
    if (this.#visible?.of !== of) {
      const comments = of.filter(({ id, user }) => !this.removals.has(id) && !this.muted.has(user.id));
      this.#visible = { of, comments };
    }
    return this.#visible.comments;
  }

  get ban(): KnownBan | undefined {
    return this.user && findBan(this.user.id, this.video.id);
  }

  /** From when on slow mode lets the user post, in milliseconds since 1970. */
  get canPostAt(): number {
    const seconds = this.settings.current?.slow_mode_seconds ?? 0;
    return seconds === 0 || this.isModerator ? 0 : this.#postedAt + seconds * 1_000;
  }

  /** Whether the session ended without the user's doing in this element. */
  get hasSessionEnded(): boolean {
    return this.#hasSessionEnded;
  }

  async signOut(): Promise<void> {
    this.#isSigningOut = true;
    await this.client.session.signOut();
  }

  /** Of somebody who watches. */
  nameOf(userId: string): string | undefined {
    return this.presence.state.users?.find((user) => user.userId === userId)?.username;
  }

  async post(content: string): Promise<void> {
    await this.video.post(content);
    this.presence.stoppedTyping();
  }

  mute(person: Person): void {
    this.muted.add(person);
    this.#changeVisible();
  }

  unmute(userId: string): void {
    this.muted.remove(userId);
    this.#changeVisible();
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.removals.close();
    this.settings.close();
    this.queues.close();
    this.video.close();
  }

  #onSession(): void {
    const wasSignedIn = this.#userId !== undefined;
    this.#userId = this.user?.id;
    this.#hasSessionEnded =
      this.#userId === undefined && (this.#hasSessionEnded || (wasSignedIn && !this.#isSigningOut));
    if (this.#userId !== undefined) this.#isSigningOut = false;
    this.queues.turn(this.isModerator);
    this.#onChange();
  }

  #onState({ comments, pending, settings }: VideoState): void {
    this.settings.note(settings);
    const userId = this.user?.id;
    for (const item of pending) {
      rememberBan(item);
      if (item.answeredAt !== undefined) this.#postedAt = Math.max(this.#postedAt, item.answeredAt);
      const refusal = item.problem?.code;
      if (refusal === "comments_closed" || item.reason === "slow_mode") void this.#readSettingsOnce(item.key);
    }
    const newest = comments.findLast(({ user }) => user.id === userId);
    if (newest) this.#postedAt = Math.max(this.#postedAt, Math.min(Date.now(), Date.parse(newest.created_at)));
    this.#onChange();
  }

  /** A refusal tells that the settings are not what is shown. */
  async #readSettingsOnce(key: string): Promise<void> {
    if (this.#readFor.has(key)) return;
    this.#readFor.add(key);
    await this.settings.read();
  }

  #changeVisible(): void {
    this.#visible = undefined;
    this.#onChange();
  }
}
