import type { Comment } from "../wire.ts";

/** The comment changed while somebody edited it. Whoever catches this decides: `overwrite` or `discard`. */
export class EditConflict extends Error {
  override name = "EditConflict";
  /** What the user wants the comment to say. */
  readonly mine: string;
  /** The comment as it is now. */
  readonly theirs: Comment;
  /** The comment as it was when the user began. */
  readonly base: Comment;
  readonly #send: (theirs: Comment) => Promise<Comment>;

  constructor(versions: { mine: string; theirs: Comment; base: Comment }, send: (theirs: Comment) => Promise<Comment>) {
    super("The comment has changed in the meantime");
    this.mine = versions.mine;
    this.theirs = versions.theirs;
    this.base = versions.base;
    this.#send = send;
  }

  /** Replaces theirs with mine. @throws EditConflict if the comment has changed once more; ApiError, NetworkError */
  async overwrite(): Promise<Comment> {
    return this.#send(this.theirs);
  }

  /** Gives mine up. Returns the comment as it stays. */
  discard(): Comment {
    return this.theirs;
  }
}
