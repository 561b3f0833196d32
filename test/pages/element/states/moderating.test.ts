import { testStates } from "../../../support/browser/states/check-states.ts";
import { MODERATING } from "../../../support/browser/states/moderating.ts";

testStates(MODERATING);
