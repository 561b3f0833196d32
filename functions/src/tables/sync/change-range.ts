/** Changes of one subject, a video or a user, that are committed and that its mirror may lack. A hint: 0 where the caller knows no number. */
export interface ChangeRange {
  id: string;
  firstSeq: number;
  lastSeq: number;
}
