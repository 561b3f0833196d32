import type { createVideoReader as original } from "../../../../functions/src/replicas/video-reader.ts";

/** Reads where a replica can be had, whatever it has come to. */
export const createVideoReader: typeof original = ({ primary, replicas }) => ({
  async read({ videoId }, run) {
    const replica = replicas.choose(videoId);
    if (!replica) return run({ ...primary, name: "primary", isPrimary: true });
    const { name, db, findVideoState } = replica;
    return run({ name, isPrimary: false, db, findVideoState });
  },
});
