import { testStates } from "../../../support/browser/states/check-states.ts";
import { READING } from "../../../support/browser/states/reading.ts";

testStates(READING);
