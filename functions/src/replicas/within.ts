import { DatabaseAwayError } from "../database/mysql-errors.ts";

/**
 * The outcome of a question to a replica.
 * @throws DatabaseAwayError when there is none in time. Then nobody waits for the question any longer; it ends by the pool's own deadline.
 */
export function within<T>(timeoutMs: number, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new DatabaseAwayError(`a replica gave no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    void answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
