import type { Db } from "../../../../functions/src/database/schema.ts";
import { exampleId } from "./numbers.ts";
import { OTHERS, type Shape, type Statistics } from "./shapes.ts";

/** What the queries ask for, and how much there is of it. */
export interface Subject {
  videoId: string;
  userId: string;
  /** The last change number of the video. */
  seq: number;
  /** A comment in the middle of the video. */
  middle: string;
  /** Comments of the video. */
  ids: string[];
  /** About how many comments the video and the user have, deleted ones included. */
  commentsOfVideo: number;
  commentsOfUser: number;
}

export function subjectOf(shape: Shape): Subject {
  const { comments, users, videos } = shape;
  const step = videos > 100 ? videos : 10;
  return {
    videoId: "v0",
    userId: exampleId(0),
    seq: comments,
    middle: exampleId(Math.floor(comments / 2)),
    ids: Array.from({ length: 50 }, (_, n) => exampleId(n * step)),
    commentsOfVideo: comments / (videos > 100 ? videos : 1),
    commentsOfUser: comments / Math.max(1, users),
  };
}

/**
 * A query, and how many rows it reads by design without returning them. The name of one that finds nothing begins with "no ".
 */
export type PlanQuery = [
  name: string,
  run: (db: Db, subject: Subject) => Promise<unknown>,
  more?: (subject: Subject, statistics: Statistics) => number,
];

/**
 * The index has all columns of this small table. With statistics from when it was empty, MySQL reads the whole index; no hint prevents that,
 * and there is no other column to name.
 */
export const wholeIndexIfStale = (_: Subject, statistics: Statistics): number =>
  statistics === "from when the tables were empty" ? OTHERS : 0;
