import comment from "./comment.css";
import frame from "./frame.css";
import stream from "./stream.css";
import tokens from "./tokens.css";

/** What every reader needs. */
export const readingStyles = [tokens, frame, stream, comment];
