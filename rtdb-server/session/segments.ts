import { MAX_MESSAGE_LENGTH } from "../limits.ts";

/** How far ahead of the next segment one may arrive; a browser has two requests of at most 1870 units on the way. */
const MAX_AHEAD = 1000;

interface Segment {
  readonly pieces: number;
  readonly data: string;
}

/** Puts together the messages that a polling client sends in numbered Base64 segments, which may arrive out of order. */
export class SegmentReader {
  #next = 0;
  #waiting = new Map<number, Segment>();
  #pieces: string[] = [];
  #length = 0;

  /** Takes `seg0, ts0, d0, seg1, …` of one request. @returns the messages that are now whole. @throws RangeError for numbers out of range */
  read(params: URLSearchParams): string[] {
    for (let i = 0; params.has(`seg${i}`); i += 1) {
      const number = Number(params.get(`seg${i}`));
      const pieces = Number(params.get(`ts${i}`));
      if (!Number.isInteger(pieces) || pieces < 1) throw new RangeError("segment without a count");
      if (!Number.isInteger(number) || number > this.#next + MAX_AHEAD) throw new RangeError("segment out of range");
      if (number >= this.#next) this.#waiting.set(number, { pieces, data: params.get(`d${i}`) ?? "" });
    }
    return this.#whole();
  }

  #whole(): string[] {
    const messages: string[] = [];
    for (let segment = this.#waiting.get(this.#next); segment !== undefined; segment = this.#waiting.get(this.#next)) {
      this.#waiting.delete(this.#next);
      this.#next += 1;
      this.#pieces.push(segment.data);
      this.#length += segment.data.length;
      if (this.#length > MAX_MESSAGE_LENGTH) throw new RangeError("message too large");
      if (this.#pieces.length < segment.pieces) continue;
      messages.push(Buffer.from(this.#pieces.join("").replaceAll(".", ""), "base64url").toString());
      this.#pieces = [];
      this.#length = 0;
    }
    return messages;
  }
}
