import { jest } from "@jest/globals";
import { setLogLevel } from "firebase/app";
// Known to setLogLevel() only once they are loaded.
import "firebase/auth";
import "firebase/database";

// What a slow machine needs, not a promise: a first call loads the functions.
jest.setTimeout(60_000);

// The SDK warns of each refused write, which is what the tests are about.
setLogLevel("silent");
