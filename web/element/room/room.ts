import type { Comment, LiveComments, Stop, User, Video, VideoPresence, VideoState } from "../../src/index.ts";
import { Muted, type Person } from "./muted.ts";
import { RoomSettings } from "./settings.ts";

/** One video as an element shows it: the client's state, and what the element itself adds. It calls `onChange` after each change. */
export class Room {
  readonly client: LiveComments;
  readonly video: Video;
  readonly settings: RoomSettings;
  readonly muted: Muted;
  readonly #onChange: () => void;
  readonly #stops: Stop[];
  /** Ids of comments that are not shown. */
  readonly #hidden = new Set<string>();
  #visible: { of: readonly Comment[]; comments: readonly Comment[] } | undefined;

  constructor(client: LiveComments, videoId: string, onChange: () => void) {
    this.client = client;
    this.#onChange = onChange;
    this.muted = new Muted(window, () => this.#changeVisible());
    this.video = client.video(videoId);
    this.settings = new RoomSettings(client, videoId, onChange);
    this.#stops = [
      this.video.subscribe((state) => this.#onState(state)),
      client.session.subscribe(onChange),
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
      const comments = of.filter(({ id, user }) => !this.#hidden.has(id) && !this.muted.has(user.id));
      this.#visible = { of, comments };
    }
    return this.#visible.comments;
  }

  /** How many of the comments after this one are by others than the reader. */
  othersAfter(commentId: string): number {
    const { comments, user } = this;
    const after = comments.slice(comments.findLastIndex(({ id }) => id <= commentId) + 1);
    return after.filter((comment) => comment.user.id !== user?.id).length;
  }

  /** Of somebody who watches. */
  nameOf(userId: string): string | undefined {
    return this.presence.state.users?.find((user) => user.userId === userId)?.username;
  }

  hide(commentId: string): void {
    this.#hidden.add(commentId);
    this.#changeVisible();
  }

  unhide(commentId: string): void {
    this.#hidden.delete(commentId);
    this.#changeVisible();
  }

  isHidden(commentId: string): boolean {
    return this.#hidden.has(commentId);
  }

  mute(person: Person): void {
    this.muted.add(person);
  }

  unmute(userId: string): void {
    this.muted.remove(userId);
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.settings.close();
    this.muted.close();
    this.video.close();
  }

  #onState({ settings }: VideoState): void {
    this.settings.note(settings);
    this.#onChange();
  }

  #changeVisible(): void {
    this.#visible = undefined;
    this.#onChange();
  }
}
