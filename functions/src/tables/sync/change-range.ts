/**
 * Changes of one subject, a video or a user, that are committed and that its mirror may lack. Only a hint. Both numbers are 0 for a user:
 * a user's state is relayed as a whole.
 */
export interface ChangeRange {
  id: string;
  firstSeq: number;
  lastSeq: number;
}
