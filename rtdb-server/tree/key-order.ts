const INTEGER_KEY = /^-?0*\d{1,10}$/;
const MINUS = 45;
const DIGIT_0 = 48;
const DIGIT_9 = 57;

/** The value of a key that is a 32-bit integer in decimal, leading zeros allowed. NaN for other keys. */
function integerOf(key: string): number {
  // Most keys are not integers. Their first character shows that without the regular expression.
  const firstDigit = key.charCodeAt(key.charCodeAt(0) === MINUS ? 1 : 0);
  if (!(firstDigit >= DIGIT_0 && firstDigit <= DIGIT_9) || !INTEGER_KEY.test(key)) return Number.NaN;
  const value = Number(key);
  return value >= -2147483648 && value <= 2147483647 ? value : Number.NaN;
}

/** Compares by UTF-16 unit. */
export function compareText(a: string, b: string): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

/**
 * The order of keys: 32-bit integers by value and then by length ("3" before "03"), then all other keys by UTF-16 unit.
 * The order is total: only equal keys compare as 0. (The SDK calls "-00" and "000" equal. Here they are two keys.)
 */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  const integerA = integerOf(a);
  const integerB = integerOf(b);
  if (Number.isNaN(integerA)) return Number.isNaN(integerB) ? compareText(a, b) : 1;
  if (Number.isNaN(integerB)) return -1;
  return integerA - integerB || a.length - b.length || compareText(a, b);
}
