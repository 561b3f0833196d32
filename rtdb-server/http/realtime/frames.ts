import { MAX_MESSAGE_LENGTH, MAX_PIECES } from "../../limits.ts";

/** The SDKs cut messages at 16384 UTF-16 units. So does this server. */
const PIECE_LENGTH = 16384;

/** The frames of a message: the message itself, or the number of its pieces and then the pieces. No piece splits a character. */
export function toFrames(message: string): string[] {
  if (message.length <= PIECE_LENGTH) return [message];
  const pieces: string[] = [];
  let start = 0;
  while (start < message.length) {
    let end = Math.min(start + PIECE_LENGTH, message.length);
    const isMessageEnd = end === message.length;
    if (!isMessageEnd && isHighSurrogate(message.charCodeAt(end - 1))) end -= 1;
    pieces.push(message.slice(start, end));
    start = end;
  }
  return [String(pieces.length), ...pieces];
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;

/** A message that is longer than the limit. */
export class MessageTooLong extends RangeError {
  /** Its first piece. */
  readonly start: string;

  constructor(start: string) {
    super("The message is too long");
    this.name = "MessageTooLong";
    this.start = start;
  }
}

/** Joins the frames of one connection to messages. */
export class FrameReader {
  #missingPieces = 0;
  #pieces: string[] = [];
  #length = 0;

  /** @returns the message that the frame completes, or null. @throws MessageTooLong when the last piece of a message that is too long arrives */
  read(frame: string): string | null {
    if (this.#missingPieces === 0) {
      if (!isPieceCount(frame)) return frame;
      this.#missingPieces = Number(frame); // "0" is the client's keepalive: no pieces follow
      return null;
    }
    this.#missingPieces -= 1;
    this.#length += frame.length;
    const isTooLong = this.#length > MAX_MESSAGE_LENGTH;
    if (isTooLong) this.#pieces.length = Math.min(this.#pieces.length, 1);
    else this.#pieces.push(frame);
    if (this.#missingPieces > 0) return null;
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#length = 0;
    if (isTooLong) throw new MessageTooLong(pieces[0] ?? "");
    return pieces.join("");
  }
}

/** No message is a number, so a number between messages announces pieces. */
const isPieceCount = (frame: string): boolean => /^\d{1,6}$/.test(frame) && Number(frame) <= MAX_PIECES;
