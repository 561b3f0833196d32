import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { canonicalize } from "../../../functions/src/content/canonicalize.ts";
import { LOOKS_VERSION, lookKeys } from "../../../functions/src/content/names/looks.ts";
import { isReservedAddress, isReservedName } from "../../../functions/src/content/names/reserved.ts";
import { looksOf, skeletonOf } from "../../../functions/src/content/names/skeleton.ts";
import { standInNames } from "../../../functions/src/content/names/stand-in.ts";
import { USERNAME_CODE_POINTS } from "../../../functions/src/contract/limits.ts";
import { Username } from "../../../functions/src/routes/schemas/user.ts";

const detailOf = (name: string) =>
  Username.safeParse(name)
    .error?.issues.map(({ message }) => message)
    .join("; ");
const shareALook = (a: string, b: string) => looksOf(a).some((look) => looksOf(b).includes(look));

describe("a name", () => {
  test.each([
    ["Hindi", "प्रिया"],
    ["Malayalam", "നന്ദു"],
    ["two Han letters", "王伟"],
    ["two Hangul syllables", "민수"],
    ["Tamil", "தமிழ்"],
    ["Thai", "สมชาย"],
    ["Arabic", "محمد"],
    ["Hebrew", "שרה"],
    ["Japanese, with Latin", "ゆき_ユキ_yuki"],
    ["Cyrillic", "сора"],
    ["Cyrillic and Latin that look different", "Вася_PRO"],
    ["Greek", "Γιώργος"],
    ["Vietnamese", "Nguyễn"],
    ["Catalan", "Gal·la"],
    ["full width", "ＡＤＡ"],
    ["a rare script", "ᏣᎳᎩ"],
    ["digits", "007"],
    ["separators", "a.b-c_d"],
    ["32 Hindi syllables", "कि".repeat(32)],
  ])("may be %s: %s", (_, name) => {
    expect(detailOf(name)).toBeUndefined();
  });

  test("is stored composed, however it was typed", () => {
    expect(Username.parse("Jose\u0301")).toBe("José");
    expect(Username.parse("민수".normalize("NFD"))).toBe("민수");
  });

  test.each([
    ["one character", "a"],
    ["one syllable of two code points", "कि"],
    ["33 characters", "a".repeat(33)],
    ["separators only", "---"],
    ["separators only, mixed", "._-"],
    ["Hangul fillers", "\u3164\u3164\u3164"],
    ["half-width fillers", "ab\uffa0"],
    ["a zero-width space", "Ad\u200bmin"],
    ["a filler at the end", "Admin\u3164"],
    ["a combining grapheme joiner", "ad\u034fmin"],
    ["a variation selector", "admin\ufe0f"],
    ["a zero-width joiner", "ad\u200dmin"],
    ["a soft hyphen", "ad\u00admin"],
    ["a direction override", "\u202enimda"],
    ["a Braille blank", "ab\u2800"],
    ["hieroglyphic blanks", "\u{13441}\u{13441}"],
    ["a Khitan filler", "ab\u{16fe4}"],
    ["a leading mark", "\u0301abc"],
    ["marks only", "\u0301\u0302\u0303"],
    ["a smear of marks", "a\u0301\u0302\u0303\u0304\u0305b"],
    ["32 letters with too many marks in all", "a\u0323\u0302".repeat(32)],
    ["phrases in one character", "ﷺﷺﷺﷺ"],
    ["a phrase in one character", "abﷺ"],
    ["spaces", "a b"],
    ["an emoji", "ada🎉"],
    ["punctuation", "ada!"],
    ["an apostrophe", "o'neil"],
    ["an ideographic space", "ab\u3000"],
    ["a lone surrogate", "ab\ud800"],
    ["Cyrillic letters in a Latin name", "p\u0430ypal"],
    ["a Greek letter in a Latin name", "\u0391dmin"],
  ])("must not be %s", (_, name) => {
    expect(detailOf(name)).toBeDefined();
  });

  test("fits its columns, whatever it is", () => {
    for (const part of ["ﷺ", "ﬃ", "㍿", "Ⅷ", "ǆ", "İ", "ΐ", "ﮪ", "ﲓ", "ﶲ", "ﳲ", "𝒜", "ｶﾞ"]) {
      for (const count of [1, 2, 8, 16, 22, 32]) {
        const parsed = Username.safeParse(part.repeat(count));
        if (!parsed.success) continue;
        expect(Array.from(parsed.data).length).toBeLessThanOrEqual(USERNAME_CODE_POINTS.max);
        expect(Array.from(canonicalize(parsed.data)).length).toBeLessThanOrEqual(USERNAME_CODE_POINTS.max);
      }
    }
    // Control: without the rule there would be such a name.
    expect(Array.from(canonicalize("ﷺﷺﷺﷺ")).length).toBeGreaterThan(USERNAME_CODE_POINTS.max);
  });
});

describe("two names look the same", () => {
  test.each([
    ["a Cyrillic а", "paypal", "p\u0430ypal"],
    ["the same in capitals", "paypal", "РАУРАL"],
    ["all letters Cyrillic", "copa", "сора"],
    ["a capital I for a small l", "paypal", "paypaI"],
    ["a Greek capital iota", "ivan", "\u0399van"],
    ["a one for a small l", "lola", "1ola"],
    ["rn for m", "modem", "modern"],
    ["a Latin a in a Cyrillic name", "Маша", "М\u0061ша"],
    ["full width", "ada", "ａｄａ"],
    ["mathematical letters", "ada", "𝖺𝖽𝖺"],
    ["case", "Ada", "ADA"],
  ])("with %s: %s, %s", (_, a, b) => {
    expect(shareALook(a, b)).toBe(true);
  });

  test.each([
    ["ada", "bob"],
    ["jose", "josé"],
    ["mama", "mana"],
    ["ada_1", "ada_2"],
    ["ivan", "lvan"],
    ["анна", "инна"],
    ["王伟", "王偉"],
  ])("but not %s and %s", (a, b) => {
    expect(shareALook(a, b)).toBe(false);
  });
});

describe("a reserved name", () => {
  test.each([
    "admin",
    "Admin",
    "ＡＤＭＩＮ",
    "a.d.m.i.n",
    "_admin_",
    "\u0430dmin",
    "rnoderator",
    "support",
    "system",
    "Erased-0123456789ab",
    "imported-0123456789ab",
    "еrаsеd-0123456789ab",
  ])("is %s", (name) => {
    expect(isReservedName(name)).toBe(true);
  });

  test.each(["administer", "bad.mint", "supporter", "erasedhead", "ada", "robot", "meg", "modest"])(
    "is not %s",
    (name) => {
      expect(isReservedName(name)).toBe(false);
    },
  );

  test("has its like among addresses: those that the service gives to accounts", () => {
    expect(["x@erased.invalid", "x@imported.invalid"].map(isReservedAddress)).toEqual([true, true]);
    expect(["x@invalid.example", "x@example.com"].map(isReservedAddress)).toEqual([false, false]);
  });
});

describe("the account of an imported author", () => {
  const id = "01968c2b-1f0e-7d62-8b1c-5a0c9e7d3f21";
  const newId = "01968c2b-0000-7000-8000-0123456789ab";
  const imported = ["imported-5a0c9e7d3f21", "imported-0123456789ab"];
  const namesOf = (username: string) => standInNames({ id, username }, newId);

  test("gets the author's own name first, and if it is taken, one with a suffix", () => {
    for (const name of ["ada", "王伟", "José", "a".repeat(23)])
      expect(namesOf(name)).toEqual([name, `${name}-9e7d3f21`, ...imported]);
  });

  test("gets a name by the rules, whatever the author's was", () => {
    const names = [
      "ada",
      "ﷺﷺﷺﷺ",
      "\u3164",
      "---",
      "a b",
      "😀".repeat(16),
      "कि".repeat(32),
      "p\u0430ypal",
      "\ud800",
      "a".repeat(64),
      "ﬃ".repeat(32),
    ];
    for (const username of names) {
      const all = namesOf(username);
      expect(all.map((name) => [name, detailOf(name)])).toEqual(all.map((name) => [name, undefined]));
    }
    for (const username of ["ﷺﷺﷺﷺ", "a b", "\ud800"]) expect(namesOf(username)).toEqual(imported);
  });

  test("keeps whole user-perceived characters of a long name", () => {
    const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
    for (const character of ["𠮷", "कि", "ä\u0323", "각", "𝒜"]) {
      const long = character.repeat(32).normalize("NFC");
      const suffixed = namesOf(long).find((name) => name.endsWith("-9e7d3f21")) ?? "";
      const kept = Array.from(segmenter.segment(suffixed.slice(0, -9)), ({ segment }) => segment);
      expect(new Set(kept)).toEqual(new Set([character.normalize("NFC")]));
      expect(kept.length).toBeGreaterThan(8);
      expect(suffixed.isWellFormed()).toBe(true);
    }
    expect(namesOf("𠮷".repeat(32))[1]).toBe(`${"𠮷".repeat(23)}-9e7d3f21`);
  });

  test("gets no name that is reserved for others, and keeps one that the service gave it elsewhere", () => {
    expect(namesOf("admin")).not.toContain("admin");
    expect(namesOf("erased-somebody")).toEqual(imported);
    for (const name of ["erased-0123456789ab", "imported-aaaaaaaaaaaa"])
      expect(namesOf(name)).toEqual([name, ...imported]);
  });
});

/**
 * The keys are stored. If this fails, a new table of confusables, a new ICU or a changed rule gives other keys to the same names: raise
 * LOOKS_VERSION, so that maintenance computes all of them again, and put the new digest here.
 */
test("the keys of the looks are those that are stored under this version", () => {
  const digest = createHash("sha256");
  for (let n = 0x30; n < 0x3000; n += 1) digest.update(skeletonOf(String.fromCodePoint(n)));
  for (const name of ["Ada", "paypaI", "王伟", "José"]) for (const key of lookKeys(name)) digest.update(key);
  expect([LOOKS_VERSION, digest.digest("hex").slice(0, 16)]).toEqual([1, "932c3267cb8ca705"]);
});
