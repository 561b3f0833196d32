/**
 * Checks what a user wrote; returns why it is refused, or undefined. Filters run in order for each new and each edited comment, and for each
 * new username. Each must take linear time.
 */
export type TextFilter = (text: string) => string | undefined;

/** Why the first filter that refuses the text does so; undefined if none does. */
export function refusalOf(filters: TextFilter[], text: string): string | undefined {
  for (const filter of filters) {
    const refusal = filter(text);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
