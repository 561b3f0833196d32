import { describe, expect, test } from "@jest/globals";
import { createFilters } from "../../../functions/src/content/filters/filters.ts";
import { refusalOf } from "../../../functions/src/content/filters/text-filter.ts";

function refusal(content: string, options: { blockedWords?: string[]; allowLinks?: boolean }): string | undefined {
  return refusalOf(createFilters({ blockedWords: [], allowLinks: true, ...options }), content);
}

describe("blocked words", () => {
  const options = { blockedWords: ["darn", "two words", "c++", "été", "straße", "οδός"] };

  test.each([
    "darn",
    "Oh DARN!",
    "ｄａｒｎ",
    "𝐝𝐚𝐫𝐧",
    "da\u200brn",
    "d\u00adarn",
    "d\u034farn",
    "da\u3164rn",
    "da\uffa0rn",
    "da\ufe0frn",
    "da\u180brn",
    "da\u{e0061}rn",
    "da\u2064rn",
    "d\u2067a\u2069rn",
    "\u202enrad\u202c",
    "so: two words.",
    "two   words",
    "two\nwords",
    "two \n\t\u3000\u00a0 words",
    "two\u2800words",
    "two \u200b words",
    "I like C++ a lot",
    "e\u0301te\u0301",
    "STRASSE",
    "ΟΔΌΣ",
    "darn_it",
  ])("%j is refused", (content) => {
    expect(refusal(content, options)).toBe("has a word that is not allowed here");
  });

  test.each(["darning socks", "undarn", "two other words", "twowords", "c+", "etc", "nrad", "d a r n", "да рн"])(
    "%j passes: a reader does not see the word",
    (content) => {
      expect(refusal(content, options)).toBeUndefined();
    },
  );
});

describe("links", () => {
  test.each([
    "see https://x.y",
    "HTTP://X",
    "ftp://a",
    "tg://resolve",
    "www.example",
    "go to example.com now",
    "e\u200bxample.com",
    "example\u3164.com",
    "ｅｘａｍｐｌｅ．ｃｏｍ",
    "example。com",
    "example｡com",
    "EXAMPLE.COM",
    "Example.Com",
    "t.me/x",
    "T.ME/x",
    "youtu.be/dQw4w9WgXcQ",
    "bit.ly/3abc",
    "discord.gg/abc",
    "wa.me/123",
    "scam.world",
    "hello.world",
    "win.casino",
    "evil.zip/x",
    "notes.md/x",
    "example.co.uk",
    "example.museum",
    "example.photography",
    "пример.рф",
    "ПРИМЕР.РФ",
    "例子.中国",
    "例え.みんな",
    "مثال.موقع",
    "उदाहरण.भारत",
    "xn--e1afmkfd.xn--p1ai",
    "bücher.de",
    "example.comを見て",
    "加我example.com吧",
    "(example.org)",
    "[x](evil.net)",
    "_evil.com_",
    "evil.com-buy",
    "**evil.com**",
    "example.com.",
    "is it example.com?",
    "look...example.com",
    "user@evil.com/path",
    "example.de:8080",
    "example.de?q=1",
    "127.0.0.1:8080",
    "a.b.c.example.net",
    "stop.it",
  ])("%j is refused if links are, and passes otherwise", (content) => {
    expect(refusal(content, { allowLinks: false })).toBe("has a link");
    expect(refusal(content, {})).toBeUndefined();
  });

  test.each([
    "5.5 of 10",
    "3.14",
    "1.5x",
    "version 1.2.3",
    "10.0.0.1",
    "192.168.0.0/16",
    "12:30.5",
    "$1.000,00",
    "well...no",
    "wait..what",
    "e.g. this",
    "i.e. that",
    "a.k.a. him",
    "at 5 p.m. sharp",
    "U.S.A.",
    "Ph.D",
    "Dr.Who",
    "J.R.R.Tolkien",
    "a.b.c",
    "the end.Next time",
    "It works.So nice",
    "Конец.Дети играют",
    "и т.д. и т.п.",
    "終わり。みんなありがとう",
    "终于完了。中国加油",
    "ada@work",
    "ada@example.com",
    "@ada.lovelace",
    "this/that",
    "and/or",
    "node.js",
    "index.html",
    "see notes.md",
    "docs/notes.md",
    "main.py:42",
    "run.sh",
    "README.md?",
    "archive.zip",
    "photo.jpg",
    ".NET",
    "km/h",
    "10:00-11:30",
    "😀.😀",
    "...",
    "a.",
    "http:/",
    "x :// y",
  ])("%j is no link", (content) => {
    expect(refusal(content, { allowLinks: false })).toBeUndefined();
  });
});

test("without configuration everything passes", () => {
  expect(createFilters({ blockedWords: [], allowLinks: true })).toEqual([]);
});
