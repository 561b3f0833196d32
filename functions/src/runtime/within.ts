/**
 * The outcome of some work.
 * @param toError makes the error when there is none in time
 * @throws that error. Then nobody waits for the work any longer; it is not ended.
 */
export function within<T>(
  timeoutMs: number,
  work: Promise<T>,
  toError: (message: string) => Error = (message) => new Error(message),
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(toError(`no answer within ${timeoutMs} ms`)), timeoutMs);
    void work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
