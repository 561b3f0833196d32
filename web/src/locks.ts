/** The part of the Web Locks API (`navigator.locks`) that is used: one holder of a name in the whole browser. */
export interface Locks {
  request<T>(name: string, work: () => Promise<T>): Promise<T>;
  request<T>(name: string, options: { signal: AbortSignal }, work: () => Promise<T>): Promise<T>;
}

export interface LockOptions {
  name: string;
  locks: Locks;
  /** A frozen tab can hold a lock for hours. After this time the work is done without it, so two tabs at once must do no harm. */
  maxWaitMs: number;
  /** Ends the wait too; then the work is done at once. */
  signal?: AbortSignal;
}

/** Runs work in one tab of the browser at a time, or without that after a time. */
export async function runLocked<T>(
  { name, locks, maxWaitMs, signal }: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const waiting = new AbortController();
  const stop = () => waiting.abort();
  const timer = setTimeout(stop, maxWaitMs);
  signal?.addEventListener("abort", stop);
  const end = () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  };
  let hasStarted = false;
  try {
    return await locks.request(name, { signal: waiting.signal }, async () => {
      hasStarted = true;
      end();
      return work();
    });
  } catch (error) {
    if (hasStarted) throw error;
    return await work();
  } finally {
    end();
  }
}
