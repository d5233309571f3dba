// 基準収入額適用申請: received with the 収入 that it states, looked at before it is decided, and decided.
import assert from "node:assert/strict";
import { read, show } from "./hands.mjs";

/** One of 70 and over alone, of 3割 by the income of the year before, is granted 2割 from August on. */
export async function byRevenue({ page, demo, carryOut }) {
  await page.goto(`${demo.url}/households/1000051/revenue`);
  await page.selectOption("#year", { label: "令和8年8月1日から令和9年7月31日まで" });
  await page.fill("#revenue_10000510", "3700000");
  await show(page, "judgement-revenue", { height: 560 });
  await carryOut("");
  await Promise.all([page.waitForEvent("load"), page.locator("main a", { hasText: "決定する" }).first().click()]);
  await read(page);
  await page.fill("#reason", "収入383万円未満");
  await carryOut("judgement-revenue-decided", { height: 620 });
  assert.match(await page.locator("main").innerText(), /一般（2割）\s+基準収入額適用申請/);
}
