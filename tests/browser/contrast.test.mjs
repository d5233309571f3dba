// Every word on every ground it stands on, by light and in the dark: the ratio of WCAG 2 from the tokens themselves.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const assets = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "crates", "web", "assets");
const read = (name) => readFileSync(join(assets, name), "utf8");
const sheet = read("app.css");
const DARK = "@media screen and (prefers-color-scheme: dark) {";

/** What a `:root` of a text says, by name. */
function tokens(text) {
  const root = text.slice(text.indexOf(":root {")).split("}")[0];
  return Object.fromEntries([...root.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map((one) => [one[1], one[2].trim()]));
}

const [bright, rest] = sheet.split(DARK);
const light = { ...tokens(read("tokens.css")), ...tokens(bright) };
const dark = { ...light, ...tokens(rest) };

function colour(set, name) {
  const value = set[name];
  const other = value?.match(/^var\((--[\w-]+)\)$/);
  if (other) return colour(set, other[1]);
  assert.match(value ?? "", /^#[0-9a-f]{6}$/i, `${name} is no colour: ${value}`);
  return [1, 3, 5].map((at) => Number.parseInt(value.slice(at, at + 2), 16) / 255);
}

function luminance(rgb) {
  const [red, green, blue] = rgb.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function ratio(set, one, other) {
  const [low, high] = [one, other].map((name) => luminance(colour(set, name))).toSorted((left, right) => left - right);
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ["--ground", "--paper", "--head", "--accent-soft"];
/** Words and what they stand on. */
const WORDS = [
  ...["--ink", "--ink-soft", "--accent", "--accent-strong"].flatMap((word) => GROUNDS.map((ground) => [word, ground])),
  ...["--ink", "--ink-soft"].flatMap((word) => ["--subject", "--subject-soft", "--fill", "--bad-soft", "--warn-soft"].map((ground) => [word, ground])),
  ...["--ink-faint", "--plus", "--minus", "--bad"].flatMap((word) => ["--paper", "--accent-soft"].map((ground) => [word, ground])),
  ["--bad", "--bad-soft"],
  ["--warn", "--warn-soft"],
  ["--good", "--good-soft"],
  ["--on-accent", "--accent"],
  ["--on-accent", "--accent-strong"],
  ["--on-bad", "--bad"],
  ["--on-bar", "--bar"],
  ["--bar", "--bar-soft"],
  ["--on-flag", "--flag"],
  ...["--insured", "--former", "--sheet", "--good-soft", "--fill"].flatMap((ground) => [["--ink", ground], ["--ink-soft", ground]]),
];
/** Lines and marks that say something, and what lies beside them. */
const MARKS = [
  ...["--c0", "--c1", "--c2", "--c3", "--c4", "--edge", "--warn-line", "--good-line", "--former-line", "--care", "--sheet-line", "--subject-strong"].map((mark) => [mark, "--paper"]),
  ["--focus", "--focus-ring"],
];

for (const [name, set] of [["light", light], ["dark", dark]]) {
  test(`words can be read: ${name}`, () => {
    const poor = WORDS.map(([word, ground]) => [word, ground, ratio(set, word, ground)]).filter(([, , found]) => found < 4.5);
    assert.deepEqual(poor, []);
  });
  test(`marks can be seen: ${name}`, () => {
    const poor = MARKS.map(([mark, ground]) => [mark, ground, ratio(set, mark, ground)]).filter(([, , found]) => found < 3);
    assert.deepEqual(poor, []);
  });
}

test("the dark has other values for the ground and the words, and only by tokens", () => {
  for (const name of ["--ground", "--paper", "--ink"]) assert.notEqual(dark[name], light[name], name);
  assert.ok(luminance(colour(dark, "--paper")) < 0.05 && luminance(colour(light, "--paper")) > 0.9);
  const known = new Set(Object.keys(light));
  const unknown = Object.keys(tokens(rest)).filter((name) => !known.has(name));
  assert.deepEqual(unknown, [], "a token of the dark that the light does not have");
  // Below the two lists of tokens no rule has a colour of its own, save those of the printed page.
  const rules = rest.slice(rest.indexOf("}\n}\n")).split("@media print")[0];
  const literal = rules.split("\n").filter((line) => /--color-|#[0-9a-f]{3,8}\b(?=[^{]*;)/i.test(line));
  assert.deepEqual(literal, []);
});
