import * as reader from "../../../../functions/src/replicas/video-reader.ts";

export * from "../../../../functions/src/replicas/video-reader.ts";

/** Answers from a replica whatever change the reader names. */
export const createVideoReader: typeof reader.createVideoReader = (options) => {
  const original = reader.createVideoReader(options);
  return {
    read: ({ videoId, isSignedIn }, run) =>
      original.read({ videoId, isSignedIn, minSeq: isSignedIn ? undefined : 0 }, run),
  };
};
