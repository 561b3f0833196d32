import { MAX_MESSAGE_LENGTH } from "../limits.ts";

/** Clients cut messages at 16384 UTF-16 units; so do we. */
const PIECE_LENGTH = 16384;

/** A message as frames: itself, or the number of pieces and then the pieces. No piece ends inside a surrogate pair. */
export function toFrames(message: string): string[] {
  if (message.length <= PIECE_LENGTH) return [message];
  const pieces: string[] = [];
  for (let at = 0; at < message.length;) {
    let end = Math.min(at + PIECE_LENGTH, message.length);
    const last = message.charCodeAt(end - 1);
    if (last >= 0xd800 && last < 0xdc00 && end < message.length) end -= 1;
    pieces.push(message.slice(at, end));
    at = end;
  }
  return [String(pieces.length), ...pieces];
}

/** Puts the frames of one connection together again. */
export class FrameReader {
  #missing = 0;
  #pieces: string[] = [];
  #length = 0;

  /** @returns a whole message, or null when more frames belong to it. @throws RangeError when the message is too large */
  read(frame: string): string | null {
    if (this.#missing === 0) {
      if (!/^\d{1,6}$/.test(frame)) return frame;
      this.#missing = Number(frame); // "0" is the client's keepalive: nothing follows
      return null;
    }
    this.#pieces.push(frame);
    this.#length += frame.length;
    this.#missing -= 1;
    if (this.#length > MAX_MESSAGE_LENGTH) throw new RangeError("message too large");
    if (this.#missing > 0) return null;
    const message = this.#pieces.join("");
    this.#pieces = [];
    this.#length = 0;
    return message;
  }
}
