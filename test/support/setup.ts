import { setLogLevel } from "firebase/app";
// Known to setLogLevel() only once they are loaded.
import "firebase/auth";
import "firebase/database";

// The SDK warns of each refused write, which is what the tests are about.
setLogLevel("silent");
