import type { HashCost } from "../../../functions/src/security/passwords.ts";

/** The tests create thousands of users: a hash takes a thirtieth of the product's time. */
export const CHEAP: HashCost = { memoryCost: 1_024, timeCost: 2 };
