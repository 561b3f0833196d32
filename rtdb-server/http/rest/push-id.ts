const DIGITS = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
const LARGEST_DIGIT = 63;
const TIME_LENGTH = 8;
const RANDOM_LENGTH = 12;

let lastTime = 0;
let randomDigits: number[] = [];

/**
 * A key that sorts after all keys made before it: 8 digits of time and 12 random ones. Within one millisecond the random part
 * counts up.
 * @param now milliseconds
 */
export function createPushId(now: number): string {
  const time = Math.max(now, lastTime);
  if (time > lastTime) randomDigits = Array.from({ length: RANDOM_LENGTH }, () => Math.floor(Math.random() * 64));
  else incrementRandomDigits();
  lastTime = time;
  const timeDigits = Array.from({ length: TIME_LENGTH }, (_, i) => Math.floor(time / 64 ** (TIME_LENGTH - 1 - i)) % 64);
  return [...timeDigits, ...randomDigits].map((digit) => DIGITS.charAt(digit)).join("");
}

function incrementRandomDigits(): void {
  let i = RANDOM_LENGTH - 1;
  while (i > 0 && randomDigits[i] === LARGEST_DIGIT) {
    randomDigits[i] = 0;
    i -= 1;
  }
  randomDigits[i] = (randomDigits[i] ?? 0) + 1;
}
