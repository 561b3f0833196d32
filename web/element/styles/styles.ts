import { unsafeCSS } from "lit";
import comment from "./comment.css";
import dialogs from "./dialogs.css";
import frame from "./frame.css";
import stream from "./stream.css";
import tokens from "./tokens.css";

export const styles = [tokens, frame, stream, comment, dialogs].map((text) => unsafeCSS(text));
