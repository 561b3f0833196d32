import composer from "./composer.css";
import dialogs from "./dialogs.css";
import own from "./own.css";

/** What only signed-in people need. */
export const signedInStyles = [composer, own, dialogs];
