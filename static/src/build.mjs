// Bundles the look into static/dist: app.css, app.js, fonts and one icon sprite; and the letters' font.
// Nothing is fetched at run time and nothing in the browser comes from another host.
import { build, context } from "esbuild";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "dist");
const letterFonts = join(here, "..", "..", "boligsak", "letters", "fonts");
const interFolder = join(here, "..", "..", "node_modules", "@expo-google-fonts", "inter");
const iconFolder = join(here, "..", "..", "node_modules", "@navikt", "aksel-icons", "dist", "svg");

/** Only the icons that templates name are shipped; the whole set is more than 900 files. */
const icons = JSON.parse(await readFile(join(here, "icons.json"), "utf8"));

async function sprite() {
  const symbols = [];
  for (const [name, file] of Object.entries(icons)) {
    const svg = await readFile(join(iconFolder, `${file}.svg`), "utf8");
    const body = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").trim();
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24" fill="none">${body}</symbol>`);
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
  await writeFile(join(out, "icons.svg"), svg);
}

/** Letters are set with the same font, in the form a typesetter takes. They stay out of dist. */
async function fontsOfLetters() {
  await rm(letterFonts, { recursive: true, force: true });
  await mkdir(letterFonts, { recursive: true });
  for (const weight of ["400Regular", "400Regular_Italic", "600SemiBold", "700Bold"]) {
    const name = `Inter_${weight}.ttf`;
    await copyFile(join(interFolder, weight, name), join(letterFonts, name));
  }
}

const options = {
  entryPoints: ["app.css", "app.js"].map((name) => join(here, name)),
  outdir: out,
  bundle: true,
  minify: true,
  target: ["chrome115", "firefox115", "safari16.4"],
  // The design system draws some icons as data: addresses inside its CSS; fonts become files.
  loader: { ".woff2": "file", ".svg": "file" },
  assetNames: "fonts/[name]",
  legalComments: "none",
  logLevel: "warning",
};

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await sprite();
await fontsOfLetters();
await copyFile(join(here, "img", "favicon.svg"), join(out, "favicon.svg"));
if (process.argv.includes("--watch")) {
  const watcher = await context(options);
  await watcher.watch();
} else {
  await build(options);
}
