/** How far the mirror of one kind of subject is behind, by MySQL's account. In the form of the API and of the log. */
export interface Backlog {
  /** Subjects that are behind. */
  count: number;
  /** Changes that their mirrors lack. */
  changes: number;
  /** Age of the oldest of these changes; 0 when none is lacking. */
  oldest_seconds: number;
}
