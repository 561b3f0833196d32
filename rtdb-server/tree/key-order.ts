const INTEGER = /^-?0*\d{1,10}$/;

/** The value of a key that is a 32-bit integer in decimal (leading zeros allowed), else NaN. */
function keyNumber(key: string): number {
  const first = key.charCodeAt(key.charCodeAt(0) === 45 ? 1 : 0);
  if (!(first >= 48 && first <= 57) || !INTEGER.test(key)) return Number.NaN;
  const value = Number(key);
  return value >= -2147483648 && value <= 2147483647 ? value : Number.NaN;
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The order of keys: 32-bit integers first, by value and then by length ("3" before "03"), then all others by UTF-16 unit.
 * Total: only equal keys compare as 0 (the SDK calls "-00" and "000" equal; here they are two keys).
 */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  const x = keyNumber(a);
  const y = keyNumber(b);
  if (Number.isNaN(x)) return Number.isNaN(y) ? compareText(a, b) : 1;
  if (Number.isNaN(y)) return -1;
  return x - y || a.length - b.length || compareText(a, b);
}
