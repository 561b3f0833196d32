/**
 * The place of a key, by rendezvous hashing: all instances find the same one, and when a place goes or comes, only the keys that it had or
 * gets move. So the readers of a video ask the same replica, and do not go back and forth between two that lag differently.
 */
export function placeOf<Place extends { name: string }>(key: string, places: readonly Place[]): Place | undefined {
  let best: Place | undefined;
  let bestWeight = -1;
  for (const place of places) {
    const weight = hash(`${place.name} ${key}`);
    if (weight <= bestWeight) continue;
    best = place;
    bestWeight = weight;
  }
  return best;
}

/** FNV-1a, 32 bits, with a final mix: without it, keys that differ only in their last characters differ little. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let n = 0; n < text.length; n += 1) value = Math.imul(value ^ text.charCodeAt(n), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
