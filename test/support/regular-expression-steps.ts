import { jest } from "@jest/globals";

type Exec = (this: RegExp, text: string) => RegExpExecArray | null;

/**
 * How many characters all regular expressions read while `work` runs, where each of them reads a character a bounded number of times. A count,
 * so it is the same on every machine.
 */
export function countSteps(work: () => void): number {
  const exec: Exec = Reflect.get(RegExp.prototype, "exec");
  let steps = 0;
  const counting = jest.spyOn(RegExp.prototype, "exec").mockImplementation(function count(this: RegExp, text: string) {
    const start = this.global || this.sticky ? this.lastIndex : 0;
    const match = exec.call(this, text);
    steps += (match ? match.index + match[0].length : text.length) - start + 1;
    return match;
  });
  try {
    work();
  } finally {
    counting.mockRestore();
  }
  return steps;
}
