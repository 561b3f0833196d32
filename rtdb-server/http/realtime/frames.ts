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

/** Joins the frames of one connection to messages. */
export class FrameReader {
  #missingPieces = 0;
  #pieces: string[] = [];
  #length = 0;

  /** @returns the message that the frame completes, or null. @throws RangeError if the message is too large */
  read(frame: string): string | null {
    if (this.#missingPieces === 0) {
      if (!isPieceCount(frame)) return frame;
      this.#missingPieces = Number(frame); // "0" is the client's keepalive: no pieces follow
      return null;
    }
    this.#pieces.push(frame);
    this.#length += frame.length;
    this.#missingPieces -= 1;
    if (this.#length > MAX_MESSAGE_LENGTH) throw new RangeError("The message is too large");
    if (this.#missingPieces > 0) return null;
    const message = this.#pieces.join("");
    this.#pieces = [];
    this.#length = 0;
    return message;
  }
}

/** No message is a number, so a number between messages announces pieces. */
const isPieceCount = (frame: string): boolean => /^\d{1,6}$/.test(frame) && Number(frame) <= MAX_PIECES;
