import { z } from "@hono/zod-openapi";
import type * as wire from "../../contract/account.ts";
import { ROLES } from "../../contract/account.ts";
import {
  DEVICE_INFO,
  DEVICE_TOKENS,
  MAX_EMAIL_LENGTH,
  PASSWORD_LENGTH,
  USERNAME_LENGTH,
} from "../../contract/limits.ts";
import { nameProblem, toName } from "../../content/names/rules.ts";
import { USERNAME } from "../../contract/patterns.ts";
import type { Shape } from "./shape.ts";
import { matching, text } from "./strings.ts";

export const Role = z.enum(ROLES);

/** A new name, in the form in which it is stored. */
export const Username = matching(
  USERNAME,
  `must be ${USERNAME_LENGTH.min} to ${USERNAME_LENGTH.max} letters, digits, dots, underscores and hyphens`,
)
  .overwrite(toName)
  .check(({ value, issues }) => {
    const message = nameProblem(value);
    if (message !== undefined) issues.push({ code: "custom", input: value, message });
  })
  .openapi({
    example: "ada",
    description: `${USERNAME_LENGTH.min} to ${USERNAME_LENGTH.max} user-perceived characters, at least one of them a letter or a digit, without invisible ones. No mixture of scripts that looks like another name. Stored in NFC.`,
  });

export const Email = z.email().max(MAX_EMAIL_LENGTH).openapi({ example: "ada@example.com" });

/** Any characters, all of which count: argon2 accepts what bcrypt would cut off at 72 bytes or at a NUL. */
export const NewPassword = text(PASSWORD_LENGTH).openapi({
  description: "Must not be one of the most common passwords.",
  example: "correct horse battery",
});

/** An address or a password that somebody signs in with: any text that could be one. */
export const ClaimedEmail = text({ min: 1, max: MAX_EMAIL_LENGTH }).openapi({ example: "ada@example.com" });
export const ClaimedPassword = text({ min: 1, max: PASSWORD_LENGTH.max }).openapi({ example: "correct horse battery" });

/** What a client tells about its device. */
export const DeviceInfo = z
  .record(text({ min: 1, max: DEVICE_INFO.maxNameLength }), text({ max: DEVICE_INFO.maxValueLength }))
  .refine(
    (info) => Object.keys(info).length <= DEVICE_INFO.maxEntries,
    `has more than ${DEVICE_INFO.maxEntries} entries`,
  )
  .openapi({ maxProperties: DEVICE_INFO.maxEntries, example: { name: "Ada's phone", os: "Android 16" } });

/** Any texts: one that is not ours, or whose key is gone, proves nothing and does no harm. */
export const DeviceTokens = z
  .array(text({ max: DEVICE_TOKENS.maxLength }))
  .refine(({ length }) => length <= DEVICE_TOKENS.maxCount, `has more than ${DEVICE_TOKENS.maxCount} tokens`)
  .openapi({
    description: `Up to ${DEVICE_TOKENS.maxCount} \`device_token\`s that earlier sign-ins on this device returned.`,
    example: [],
  });

export const User = z
  .object({
    id: z.uuid(),
    email: z.email(),
    username: z.string(),
    role: Role,
    created_at: z.iso.datetime(),
  } satisfies Shape<wire.User>)
  .openapi("User");

export const UserResponse = z.object({ user: User } satisfies Shape<wire.UserResponse>).openapi("UserResponse");
