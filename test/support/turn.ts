/**
 * Waits until everything that is due now has run, however slow the machine is: settled promises, which Node handles before the next
 * tick, and the immediates set so far, which it runs in order.
 */
export async function turn(): Promise<void> {
  await new Promise<void>((resolve) => process.nextTick(resolve));
  await new Promise<void>((resolve) => setImmediate(resolve));
}
