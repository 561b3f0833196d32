import { expect, test } from "@jest/globals";
import { relayCommitted, relayPending } from "../../../functions/src/relay/mechanism/steps.ts";

/** A subject whose last change is `seq`. A change is committed before each mark of the first `changes` steps. */
function createSubject({ seq, changes = 0, most = Infinity }: { seq: number; changes?: number; most?: number }) {
  const subject = { seq, applied: 0, steps: 0 };
  return {
    subject,
    async findLastSeqIfBehind() {
      return subject.applied < subject.seq ? subject.seq : undefined;
    },
    async relayStep() {
      if (subject.applied === subject.seq) return undefined;
      const to = Math.min(subject.seq, subject.applied + most);
      if (subject.steps < changes) subject.seq += 1;
      subject.steps += 1;
      subject.applied = to;
      return to;
    },
  };
}

test("what was committed before the call is relayed, in as many steps as that takes", async () => {
  const steps = createSubject({ seq: 10, most: 3 });
  await relayCommitted(steps, "v");
  expect(steps.subject).toMatchObject({ applied: 10, steps: 4 });
});

test("a task also relays what was committed during its first round and asked for no task of its own", async () => {
  const committed = createSubject({ seq: 1, changes: 1 });
  await relayCommitted(committed, "v");
  // Control: the change is there, and one round leaves it.
  expect(committed.subject).toMatchObject({ seq: 2, applied: 1 });

  const pending = createSubject({ seq: 1, changes: 1 });
  await relayPending(pending, "v");
  expect(pending.subject).toMatchObject({ seq: 2, applied: 2 });
});

test("a task for a subject that never rests ends", async () => {
  const steps = createSubject({ seq: 1, changes: Infinity });
  await relayPending(steps, "v");
  expect(steps.subject.steps).toBe(2);
});
