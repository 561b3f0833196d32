/**
 * Waits until what is due now is done, however slow the machine is: all that promises have to say to each other, which Node does
 * before a tick, and the immediates that are set by then, which it runs in the order they were set.
 */
export async function turn(): Promise<void> {
  await new Promise<void>((resolve) => process.nextTick(resolve));
  await new Promise<void>((resolve) => setImmediate(resolve));
}
