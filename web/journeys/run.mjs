// Runs journeys against a server: `node run.mjs ORDER`, where ORDER is JSON from the test.
import { open } from "./browser.mjs";

const order = JSON.parse(process.argv[2]);
const browser = await open(order);
let failed = 0;
await Promise.all(order.journeys.map(async (names) => {
  for (const name of names) await go(name);
}));

async function go(name) {
  const started = Date.now();
  try {
    const { default: journey } = await import(`./${name}.mjs`);
    await journey(browser, { ...order, journey: name });
    console.log(`${name}: done in ${Date.now() - started} ms`);
  } catch (error) {
    failed += 1;
    console.log(`${name}: after ${Date.now() - started} ms: ${error.stack ?? error}`);
    await tellWhereItStands(name);
  }
}

// The pages that are open when a journey fails: a picture, and what they say is wrong.
async function tellWhereItStands(name) {
  for (const context of browser.contexts().filter((context) => context.journey === name)) {
    for (const page of context.pages()) {
      const said = await page.locator("[role=alert], .notice, .error").allInnerTexts().catch(() => []);
      console.log(`  at ${page.url()}: ${said.join(" / ")}`);
      await page.screenshot({ path: `${order.screenshots}/failed-${name}.png`, timeout: 5_000 }).catch(() => {});
    }
    await context.close();
  }
}

await browser.close();
process.exit(failed === 0 ? 0 : 1);
