// An agent handles an incident from new to closed by keyboard alone.
import { Somebody, expect } from "./browser.mjs";

export default async function keyboard(browser, order) {
  const ana = await Somebody.comes(browser, order, "second");
  const { page } = ana;
  const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent?.trim() || "");
  const press = (...keys) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  const reach = async (what) => {
    for (let step = 0; step < 80; step += 1) {
      if ((await focused()) === what) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`"${what}" was not reached by Tab; the focus is on "${await focused()}"`);
  };

  await press("/");
  expect((await focused()) === "seek", "the key / does not lead to the search");
  await page.keyboard.type("badges");
  await press("Enter");
  await page.waitForURL(/search/);
  await ana.settled();
  await ana.looks("search");
  await press("j", "o");
  await page.waitForURL(/\/incidents\/INC-/);
  await ana.settled();
  await reach("Start");
  await press("Enter");
  await ana.sees("Start: done");
  await ana.settled();

  await press("c");
  expect((await focused()) === "comment", "the key c does not lead to the comment");
  await page.keyboard.type("The reader was restarted.");
  await press("Control+Enter");
  await ana.sees("Your comment was added");
  await ana.settled();

  await reach("Resolve");
  await press("Enter");
  await page.locator("#drawer[open] #field-resolution").waitFor();
  await press("Escape");
  await page.locator("#drawer[open]").waitFor({ state: "hidden" });
  expect((await focused()) === "Resolve", `the focus does not come back: ${await focused()}`);
  await press("Enter");
  await page.locator("#drawer[open] #field-resolution").waitFor();
  expect((await focused()) === "field-resolution", `the drawer opens on ${await focused()}`);
  await page.keyboard.type("The reader knows the new badges.");
  await press("Control+Enter");
  await ana.sees("Resolve: done");
  await ana.settled();
  await reach("Close");
  await press("Enter");
  await page.locator("#drawer[open] form").waitFor();
  await press("Control+Enter");
  await ana.sees("Close: done");
  await ana.looks("closed record");
  await ana.leaves();
}
