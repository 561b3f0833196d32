/** Whether something answers. */
export type Check = () => Promise<boolean>;

/** `GET /v1/ready` answers within a second. */
const TIMEOUT_MS = 900;
/** An answer is good for so long: however many ask, the dependency is asked once. */
const REMEMBERED_MS = 500;

/** Makes a question into one that is shared, remembered for a moment, and answered with no when it takes too long or rejects. */
export function createCheck(ask: () => Promise<unknown>): Check {
  let last: Promise<boolean> | undefined;
  /** Infinity while a question is under way, so that callers share it. */
  let lastAnsweredAt = Infinity;
  return () => {
    if (last && performance.now() - lastAnsweredAt < REMEMBERED_MS) return last;
    lastAnsweredAt = Infinity;
    last = isAnswered(ask).finally(() => {
      lastAnsweredAt = performance.now();
    });
    return last;
  };
}

function isAnswered(ask: () => Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, TIMEOUT_MS, false);
    void ask()
      .then(
        (answer) => resolve(answer !== false),
        () => resolve(false),
      )
      .finally(() => clearTimeout(timer));
  });
}
