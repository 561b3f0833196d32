/**
 * First only: work that arrives while work of the same key runs in this process waits for its end and is not run. A client that sends a
 * request many times at once so delays nobody but itself: its repetitions meet here, and not in a group commit, where each would fail a
 * transaction that others share, nor at a locked row, where each would hold a connection.
 *
 * The trade-off: whoever waited must look again at what is true now. Repetitions in other processes still meet in the database.
 */
export type RunFirst = <Result>(key: string, work: () => Promise<Result>) => Promise<Result | undefined>;

/** Returns undefined, after the end of the earlier work, if there was some. The map holds keys of running work only. */
export function createRunFirst(): RunFirst {
  const running = new Map<string, Promise<void>>();
  return async (key, work) => {
    const earlier = running.get(key);
    if (earlier) {
      await earlier;
      return undefined;
    }
    const ended = Promise.withResolvers<void>();
    running.set(key, ended.promise);
    try {
      return await work();
    } finally {
      running.delete(key);
      ended.resolve();
    }
  };
}
