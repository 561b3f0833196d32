import { MAX_MESSAGE_LENGTH, MAX_PIECES, MAX_SEGMENTS_AHEAD } from "../../limits.ts";

interface Segment {
  /** The number of pieces of the whole message. */
  readonly pieceCount: number;
  readonly data: string;
}

/** Joins the numbered Base64 segments of a polling client to messages. Segments can arrive out of order. */
export class SegmentReader {
  #nextNumber = 0;
  readonly #arrived = new Map<number, Segment>();
  #pieces: string[] = [];
  #length = 0;

  /**
   * Reads the segments of one request: the parameters `seg0`, `ts0`, `d0`, `seg1` and so on.
   * @returns the messages that they complete
   * @throws RangeError for numbers out of range, and if a message is too large
   */
  read(parameters: URLSearchParams): string[] {
    let i = 0;
    while (parameters.has(`seg${i}`)) {
      const number = Number(parameters.get(`seg${i}`));
      const pieceCount = Number(parameters.get(`ts${i}`));
      this.#checkRange(number, pieceCount);
      const isNew = number >= this.#nextNumber; // a request that failed is sent again
      if (isNew) this.#arrived.set(number, { pieceCount, data: parameters.get(`d${i}`) ?? "" });
      i += 1;
    }
    return this.#takeMessages();
  }

  #checkRange(number: number, pieceCount: number): void {
    if (!Number.isInteger(pieceCount) || pieceCount < 1 || pieceCount > MAX_PIECES) {
      throw new RangeError("A segment has no valid piece count");
    }
    if (!Number.isInteger(number) || number > this.#nextNumber + MAX_SEGMENTS_AHEAD) {
      throw new RangeError("A segment number is out of range");
    }
  }

  #takeMessages(): string[] {
    const messages: string[] = [];
    let segment = this.#takeNext();
    while (segment !== undefined) {
      this.#pieces.push(segment.data);
      this.#length += segment.data.length;
      if (this.#length > MAX_MESSAGE_LENGTH) throw new RangeError("The message is too large");
      if (this.#pieces.length >= segment.pieceCount) {
        // The SDK pads Base64 with dots.
        messages.push(Buffer.from(this.#pieces.join("").replaceAll(".", ""), "base64url").toString());
        this.#pieces = [];
        this.#length = 0;
      }
      segment = this.#takeNext();
    }
    return messages;
  }

  #takeNext(): Segment | undefined {
    const segment = this.#arrived.get(this.#nextNumber);
    if (segment === undefined) return undefined;
    this.#arrived.delete(this.#nextNumber);
    this.#nextNumber += 1;
    return segment;
  }
}
