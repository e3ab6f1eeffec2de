// Builds web/dist: one style sheet, two scripts and one sprite of icons, each named by its content and compressed
// beforehand, and manifest.json, which says what each is called. Nothing is fetched here; `npm ci` has done that.
import { createHash } from "node:crypto";
import { readFile, rm, mkdir, writeFile, rename } from "node:fs/promises";
import { brotliCompressSync, gzipSync, constants } from "node:zlib";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const making = join(here, "dist.making");
const dist = join(here, "dist");
const manifest = {};

const hash = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 12);

/** Writes a file under a name that changes with its content, with its compressed twins where they are smaller. */
async function keep(name, content) {
  const bytes = Buffer.from(content);
  const dot = name.lastIndexOf(".");
  const hashed = `${name.slice(0, dot)}-${hash(bytes)}${name.slice(dot)}`;
  await writeFile(join(making, hashed), bytes);
  const twins = {
    br: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    gz: gzipSync(bytes, { level: 9 }),
  };
  for (const [ending, packed] of Object.entries(twins)) {
    if (packed.length < bytes.length) await writeFile(join(making, `${hashed}.${ending}`), packed);
  }
  return hashed;
}

/** Images written into a style sheet would need `data:` in the content security policy; they become files. */
async function imagesAsFiles(css) {
  const seen = new Map();
  for (const [, , address] of css.matchAll(/url\((["']?)(data:image\/svg\+xml[^"')]*(?:'[^"]*)?)\1\)/g)) {
    if (!seen.has(address)) seen.set(address, await keep(`image-${seen.size + 1}.svg`, decoded(address)));
  }
  for (const [address, name] of seen) css = css.replaceAll(address, name);
  if (css.includes("data:")) throw new Error("a data: address is left in the style sheet");
  return css;
}

function decoded(address) {
  const comma = address.indexOf(",");
  const body = address.slice(comma + 1);
  return address.slice(0, comma).endsWith(";base64") ? Buffer.from(body, "base64") : decodeURIComponent(body);
}

/** One file with the icons that src/icons.txt names, each as a symbol. */
async function sprite() {
  const names = (await readFile(join(here, "src/icons.txt"), "utf8")).split(/\s+/).filter(Boolean);
  const symbols = [];
  for (const name of names) {
    const file = join(here, "node_modules/@tabler/icons/icons/outline", `${name}.svg`);
    const inner = (await readFile(file, "utf8")).replace(/<!--[\s\S]*?-->/g, "").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, "")}</symbol>`);
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${symbols.join("")}</svg>\n`;
}

/** The licences of what is built in, as they ask. */
async function notices() {
  const parts = ["Mainstay's pages are built with these packages.\n"];
  for (const name of ["@tabler/core", "@tabler/icons", "htmx.org"]) {
    const folder = join(here, "node_modules", name);
    const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    // @tabler/core ships no licence file; it is of the same authors and under the same words as @tabler/icons.
    const text = await readFile(join(folder, "LICENSE"), "utf8").catch(() => readFile(join(here, "node_modules/@tabler/icons/LICENSE"), "utf8"));
    parts.push(`${name} ${about.version} (${about.license})\n\n${text.trim()}\n`);
  }
  return parts.join("\n----\n\n");
}

async function bundle(entry, options = {}) {
  const result = await build({
    entryPoints: [join(here, entry)],
    bundle: true,
    minify: true,
    write: false,
    legalComments: "none",
    target: ["es2022", "chrome114", "firefox115", "safari16.4"],
    logLevel: "warning",
    ...options,
  });
  return result.outputFiles[0].text;
}

await rm(making, { recursive: true, force: true });
await mkdir(making, { recursive: true });
manifest["mainstay.css"] = await keep("mainstay.css", await imagesAsFiles(await bundle("src/mainstay.css")));
manifest["mainstay.js"] = await keep("mainstay.js", await bundle("src/mainstay.js", { format: "esm" }));
manifest["theme.js"] = await keep("theme.js", await bundle("src/theme.js", { format: "iife" }));
manifest["icons.svg"] = await keep("icons.svg", await sprite());
manifest["mark.svg"] = await keep("mark.svg", await readFile(join(here, "src/mark.svg")));
manifest["notices.txt"] = await keep("notices.txt", await notices());
await writeFile(join(making, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
await rm(dist, { recursive: true, force: true });
await rename(making, dist);
