import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { type Availability, createAvailability } from "../../../functions/src/database/connections/availability.ts";
import { DatabaseAwayError } from "../../../functions/src/database/mysql-errors.ts";

const silence = new DatabaseAwayError("no answer", { isSilence: true });
const readOnly = Object.assign(new Error("read-only"), { errno: 1290 });

let answers: boolean[];
let asked: number;
let told: string[];
let availability: Availability;

beforeEach(() => {
  jest.useFakeTimers();
  [answers, asked, told] = [[], 0, []];
  availability = createAvailability({
    async probe() {
      asked += 1;
      if (!(answers.shift() ?? true)) throw new Error("no answer");
    },
    onAway: () => void told.push("away"),
    onBack: () => void told.push("back"),
    onReadOnly: () => void told.push("read-only"),
  });
});
afterEach(() => {
  jest.useRealTimers();
});

async function failAndWait(error: Error, openedAt = performance.now()): Promise<void> {
  availability.report(error, openedAt);
  await jest.advanceTimersByTimeAsync(1);
}

const isGranted = () =>
  availability.check().then(
    () => true,
    () => false,
  );

test("one question without an answer opens nothing, and two do", async () => {
  answers = [false, true];
  await failAndWait(silence);
  expect([await isGranted(), told]).toEqual([true, []]);
  answers = [false, false];
  await failAndWait(silence);
  expect([await isGranted(), told]).toEqual([false, ["away"]]);
});

test("a question for readiness opens nothing", async () => {
  answers = [false];
  expect(await availability.ask()).toBe(false);
  expect([await isGranted(), told]).toEqual([true, []]);
});

test("while MySQL is away it is asked at most every 500 ms, and an answer ends the outage and retires what was open", async () => {
  answers = [false, false, false];
  await failAndWait(silence);
  const openedBefore = performance.now();
  asked = 0;
  for (let n = 0; n < 10; n += 1) expect(await isGranted()).toBe(false);
  expect(asked).toBe(0);
  await jest.advanceTimersByTimeAsync(500);
  for (let n = 0; n < 10; n += 1) expect(await isGranted()).toBe(false);
  expect(asked).toBe(1);
  await jest.advanceTimersByTimeAsync(500);
  expect(await isGranted()).toBe(true);
  // Of the outage's beginning, and of the question without an answer.
  expect(told).toEqual(["away", "away", "back"]);
  expect(availability.retireOpenedBefore).toBeGreaterThanOrEqual(openedBefore);
});

test("of many who want a connection during an outage, one asks and the others are refused at once", async () => {
  answers = [false, false];
  await failAndWait(silence);
  await jest.advanceTimersByTimeAsync(500);
  expect(await Promise.all([isGranted(), isGranted(), isGranted()])).toEqual([true, false, false]);
});

test.each([
  ["a read-only server", readOnly],
  ["silence", silence],
])("%s retires connections, and those that were opened since at most every 2 s", async (_, error) => {
  await failAndWait(error);
  const first = availability.retireOpenedBefore;
  expect(first).toBe(performance.now() - 1);
  await jest.advanceTimersByTimeAsync(1_000);
  await failAndWait(error);
  expect(availability.retireOpenedBefore).toBe(first);
  await jest.advanceTimersByTimeAsync(1_000);
  // One that was opened before was retired already.
  await failAndWait(error, first - 1);
  expect(availability.retireOpenedBefore).toBe(first);
  await failAndWait(error);
  expect(availability.retireOpenedBefore).toBeGreaterThan(first);
});

test("a server that stays read-only is told of once in 15 minutes, since the alert writes to it too", async () => {
  for (let n = 0; n < 10; n += 1) await failAndWait(readOnly);
  expect(told).toEqual(["read-only"]);
  await jest.advanceTimersByTimeAsync(15 * 60_000);
  await failAndWait(readOnly);
  expect(told).toEqual(["read-only", "read-only"]);
});
