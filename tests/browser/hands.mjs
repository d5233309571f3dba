// Hands on a keyboard: every stroke is counted, every page that is read is remembered, and no mouse is touched.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { reduce } from "./png.mjs";

const images = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "docs", "manual", "images");

/** What the manual may quote: everything that was seen on a page, and the pictures that were taken. */
export const seen = { text: new Set(), pictures: new Set() };

/** Remembers what a page says, also in its fields, lists and hints. */
export async function read(page) {
  const words = await page.evaluate(() => {
    const all = [document.body.innerText];
    for (const node of document.querySelectorAll("input, select, option, button, a, label, textarea, summary, th, h1, h2")) {
      all.push(node.textContent, node.value, node.placeholder, node.title, node.getAttribute("aria-label"));
    }
    return all.filter((text) => typeof text === "string" && text.length > 0);
  });
  for (const text of words) seen.text.add(text);
}

/** Keeps a picture for the manual when asked to; `rows` of the page from its top, or all of it up to a limit. */
export async function show(page, name, { height = 1000 } = {}) {
  await read(page);
  seen.pictures.add(`${name}.png`);
  if (process.env.KOKUHO_MANUAL !== "1") return;
  await page.evaluate(() => window.scrollTo(0, 0));
  const whole = await page.evaluate(() => {
    const last = [...document.querySelectorAll("main > *, .door .card")].map((node) => node.getBoundingClientRect().bottom);
    return Math.ceil(Math.max(...last) + 16);
  });
  const { width } = page.viewportSize();
  mkdirSync(images, { recursive: true });
  const shot = await page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(whole, height) } });
  writeFileSync(join(images, `${name}.png`), reduce(shot));
}

/** Someone at the keyboard of a page. */
export async function hands(page) {
  const line = await page.context().newCDPSession(page);
  const count = { strokes: 0, pages: 0 };
  const press = async (key) => {
    count.strokes += 1;
    await page.keyboard.press(key);
  };
  // Playwright holds back the letter while Alt is down, without which no access key is heard.
  const alt = async (key) => {
    count.strokes += 2;
    const code = /\d/.test(key) ? `Digit${key}` : `Key${key.toUpperCase()}`;
    const same = { modifiers: 1, key, code, windowsVirtualKeyCode: key.toUpperCase().charCodeAt(0) };
    await line.send("Input.dispatchKeyEvent", { type: "keyDown", ...same, text: key, unmodifiedText: key });
    await line.send("Input.dispatchKeyEvent", { type: "keyUp", ...same });
  };
  /** Presses what leads to another page and waits for it. */
  const on = async (key) => {
    count.pages += 1;
    const send = key.startsWith("Alt+") ? () => alt(key.slice(4)) : () => press(key);
    await Promise.all([page.waitForEvent("load"), send()]);
    await read(page);
  };
  /** A letter that is not on the keys takes two strokes and is confirmed with the next. */
  const type = async (text) => {
    for (const letter of text) count.strokes += letter.charCodeAt(0) < 128 ? 1 : 2;
    await page.keyboard.type(text);
  };
  const focus = () =>
    page.evaluate(() => {
      const node = document.activeElement;
      return { tag: node.tagName, id: node.id, text: (node.innerText ?? "").trim(), href: node.getAttribute("href") ?? "" };
    });
  /** Walks with Tab until what has the focus says so. */
  const walk = async (wanted, key = "Tab", most = 60) => {
    for (let steps = 0; steps < most; steps += 1) {
      await press(key);
      const here = await focus();
      if (here.text === wanted || here.id === wanted) return here;
    }
    throw new Error(`${wanted} is not reached with ${key} on ${page.url()}`);
  };
  return { press, alt, on, type, focus, walk, count };
}
