/**
 * Runs work unless work with the same key is running in this process. Repeats wait, then return undefined; the caller reads again. A client
 * that sends a request many times at once delays nobody but itself: its repeats meet here, and not in a group commit, where each would
 * fail a transaction that others share, nor at a locked row, where each would hold a connection.
 *
 * The trade-off: a repeat costs another read. Repeats in other processes still meet in the database.
 */
export type RunUnlessRunning = <Result>(key: string, work: () => Promise<Result>) => Promise<Result | undefined>;

/** The map holds keys of running work only. */
export function createRunUnlessRunning(): RunUnlessRunning {
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
