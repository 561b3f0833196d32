import { setLogLevel } from "firebase/app";
// setLogLevel() reaches only the modules that are loaded.
import "firebase/auth";
import "firebase/database";

// The SDK warns of every refused write, and many tests expect refusals.
setLogLevel("silent");
