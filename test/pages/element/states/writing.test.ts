import { testStates } from "../../../support/browser/states/check-states.ts";
import { WRITING } from "../../../support/browser/states/writing.ts";

testStates(WRITING);
