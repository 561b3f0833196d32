/**
 * The server for a key, by rendezvous hashing: all instances find the same one, and when a server goes or comes, only the keys that it had
 * or gets move. So the readers of a video ask the same replica, and do not go back and forth between two that lag differently.
 */
export function chooseByKey<Server extends { name: string }>(
  key: string,
  servers: readonly Server[],
): Server | undefined {
  let best: Server | undefined;
  let bestWeight = -1;
  for (const server of servers) {
    const weight = hash(`${server.name} ${key}`);
    if (weight <= bestWeight) continue;
    best = server;
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
