const DIGITS = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

let lastTime = 0;
let tail: number[] = [];

/** A key that sorts after all made before it: 8 digits of time (ms) and 12 random ones, counted up within one millisecond. */
export function pushId(now: number): string {
  const time = Math.max(now, lastTime);
  if (time > lastTime) tail = Array.from({ length: 12 }, () => Math.floor(Math.random() * 64));
  else {
    let i = 11;
    while (i > 0 && tail[i] === 63) tail[i--] = 0;
    tail[i] = (tail[i] ?? 0) + 1;
  }
  lastTime = time;
  const digits = Array.from({ length: 8 }, (_, i) => Math.floor(time / 64 ** (7 - i)) % 64);
  return [...digits, ...tail].map((digit) => DIGITS.charAt(digit)).join("");
}
