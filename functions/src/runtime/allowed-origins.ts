import { z } from "zod";

/** A list of origins, as browsers write them: `https://www.example.com`, without a path, a default port or an asterisk. */
export const allowedOrigins = z.string().transform((text, context): string[] => {
  const origins = text
    .split(",")
    .map((origin) => origin.trim())
    .filter((origin) => origin !== "");
  for (const origin of origins) {
    if (!isOrigin(origin)) context.addIssue("must be origins such as https://www.example.com, with commas between");
  }
  return origins;
});

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
