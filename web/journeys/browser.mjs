// A browser in which every page is watched: errors, violations of the content security policy, dialogs, and barriers
// for people who do not see or point.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export class Wrong extends Error {}

export async function open(order) {
  const arguments_ = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"];
  return chromium.launch({ executablePath: order.chromium, args: arguments_ });
}

// Somebody at the browser: signed in by a one-time link, with a page that is watched.
export class Somebody {
  static async comes(browser, order, name, options = {}) {
    const context = await browser.newContext({
      // Pictures are taken of what stands, not of what moves.
      reducedMotion: "reduce",
      viewport: { width: 1440, height: 900 },
      locale: "en-GB",
      timezoneId: "UTC",
      acceptDownloads: true,
      ...options,
    });
    context.setDefaultTimeout(20_000);
    context.journey = order.journey;
    await context.clock.setFixedTime(new Date(order.now));
    const me = new Somebody();
    Object.assign(me, { name, order, context, wrongs: [], checked: new Set() });
    await context.exposeBinding("__tell", (_, text) => me.wrongs.push(text));
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        window.__tell(`content security policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    me.page = await context.newPage();
    me.watch(me.page);
    const link = order.people[name].pop();
    await me.page.goto(link);
    await me.page.locator("main form button.btn-primary").click();
    await me.page.waitForURL((url) => !url.pathname.startsWith("/welcome"));
    await me.settled();
    return me;
  }

  watch(page) {
    page.on("console", (message) => {
      if (message.type() === "error") this.wrongs.push(`console: ${message.text()} (${page.url()})`);
    });
    page.on("pageerror", (error) => this.wrongs.push(`script: ${error.message} (${page.url()})`));
    page.on("dialog", (dialog) => {
      if (dialog.type() === "beforeunload") return dialog.accept();
      this.wrongs.push(`dialog: ${dialog.message()} (${page.url()})`);
      return dialog.dismiss();
    });
  }

  // Nothing is under way any more.
  async settled() {
    await this.page.waitForLoadState("load");
    await this.page.waitForFunction(() => !document.querySelector(".htmx-request, [aria-busy]"));
  }

  async goes(path) {
    const answer = await this.page.goto(this.order.base + path);
    if (answer && answer.status() >= 400) throw new Wrong(`${path} answered ${answer.status()}`);
    await this.settled();
  }

  async sees(what) {
    await this.page.getByText(what).first().waitFor();
  }

  // Goes there with the Tab key alone.
  async reaches(what) {
    await what.waitFor();
    for (let step = 0; step < 150; step += 1) {
      if (await what.evaluate((element) => element === document.activeElement)) return;
      await this.page.keyboard.press("Tab");
    }
    throw new Wrong(`${what} was not reached by Tab (${this.page.url()})`);
  }

  async presses(what) {
    await this.reaches(what);
    await this.page.keyboard.press("Enter");
  }

  async types(what, text) {
    await this.reaches(what);
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.type(text);
  }

  // Walks through the choices of a field until the wanted one stands there.
  async chooses(field, value) {
    await this.reaches(field);
    await this.page.keyboard.press("Home");
    for (let step = 0; step < 30 && (await field.inputValue()) !== value; step += 1) {
      await this.page.keyboard.press("ArrowDown");
    }
    expect((await field.inputValue()) === value, `${field} has no choice ${value}`);
  }

  // A date and a time in the parts that Chromium asks for: month, day, year, hour of twelve, minute, half of the day.
  async typesInstant(field, iso) {
    const [year, month, day, hour, minute] = iso.split(/[-T:]/);
    const ofTwelve = String(((Number(hour) + 11) % 12) + 1).padStart(2, "0");
    await this.reaches(field);
    await this.page.keyboard.type(month + day + year);
    await this.page.keyboard.press("ArrowRight");
    await this.page.keyboard.type(ofTwelve + minute + (Number(hour) < 12 ? "A" : "P"));
    expect((await field.inputValue()).startsWith(iso), `typed ${iso}, there stands ${await field.inputValue()}`);
  }

  // Looks for barriers on the page as it is now.
  async looks(name) {
    await this.settled();
    await this.page.evaluate(axe);
    const found = await this.page.evaluate(async () => {
      const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
      const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
      return grave.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
    });
    for (const text of found) this.wrongs.push(`barrier on ${name} (${this.page.url()}): ${text}`);
    this.checked.add(name);
  }

  // Pictures of a page: wide and narrow, light and dark.
  async pictures(name) {
    mkdirSync(this.order.screenshots, { recursive: true });
    for (const [width, height] of [[1440, 900], [390, 844]]) {
      for (const colorScheme of ["light", "dark"]) {
        await this.page.setViewportSize({ width, height });
        await this.page.emulateMedia({ colorScheme });
        const beyond = await this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (beyond > 0) this.wrongs.push(`${name} is ${beyond} wider than ${width} (${this.page.url()})`);
        await this.page.screenshot({ path: join(this.order.screenshots, `${name}-${width}-${colorScheme}.png`) });
      }
    }
    await this.page.setViewportSize({ width: 1440, height: 900 });
    await this.page.emulateMedia({ colorScheme: "light" });
    if (this.order.pictures) {
      mkdirSync(this.order.pictures, { recursive: true });
      await this.page.screenshot({ path: join(this.order.pictures, `${name}.png`) });
    }
  }

  async leaves() {
    await this.context.close();
    if (this.wrongs.length > 0) throw new Wrong(`${this.name}:\n  ${[...new Set(this.wrongs)].join("\n  ")}`);
  }
}

export function expect(holds, text) {
  if (!holds) throw new Wrong(text);
}
