/** Makes sure that committed changes reach the mirror. */
export interface Publisher {
  /**
   * Makes sure that a committed change reaches the mirror: by the inline relay, or by a task where that fails or is late. May resolve
   * before that: a newer call then does the waiting. Never throws: if the process dies before either, the sweep finds the subject.
   *
   * A function gets no CPU after its last response, so somebody has to wait until this is done; it need not be everybody. The newest call
   * waits for all changes under way, its own and those of earlier calls, and releases the call before it.
   * @param seq the change's number; 0 for a user
   */
  publish(id: string, seq?: number): Promise<void>;
  /**
   * The same for a caller whose client needs this change at once: it also waits until this change is relayed, has its task, or its task could
   * not be enqueued.
   */
  publishAndWait(id: string, seq?: number): Promise<void>;
  /** Waits for the changes under way. */
  close(): Promise<void>;
}

/**
 * The inline relay comes first, and a task only where it did not succeed. A task for every change would cost up to three round trips, and
 * nearly always find nothing to do. It would not be safer either: the inline relay normally ends sooner than a task is enqueued, so a death
 * of the process leaves the change to the sweep no more often.
 * @param relayInline resolves with whether the mirror holds the change; never throws
 * @param requestTask has a task do it; never throws
 */
export function createPublisher(
  relayInline: (id: string, seq: number) => Promise<boolean>,
  requestTask: (id: string, seq: number) => Promise<void>,
): Publisher {
  const underWay = new Set<Promise<void>>();
  let releaseNewest = () => {};

  async function relay(id: string, seq: number): Promise<void> {
    if (!(await relayInline(id, seq))) await requestTask(id, seq);
  }

  function begin(id: string, seq: number): { relayed: Promise<void>; released: Promise<void> } {
    releaseNewest();
    const relayed = relay(id, seq).finally(() => {
      underWay.delete(relayed);
      if (underWay.size === 0) releaseNewest();
    });
    underWay.add(relayed);
    const released = new Promise<void>((resolve) => {
      releaseNewest = resolve;
    });
    return { relayed, released };
  }

  return {
    publish: (id, seq = 0) => begin(id, seq).released,
    async publishAndWait(id, seq = 0) {
      const { relayed, released } = begin(id, seq);
      await Promise.all([relayed, released]);
    },
    async close() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
