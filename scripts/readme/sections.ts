/**
 * The generated parts of the documents, by the tables of flags, settings and differences.
 *
 * @module
 */
import { renderReference } from "../../src/cli/docs/readme_tables.ts";
import { describeType } from "../../src/config/settings/setting_type.ts";
import { SETTINGS } from "../../src/config/settings/table.ts";
import { differences } from "../../tests/conformance/differences.ts";
import { ACCEPTED } from "../../tests/integration/accepted_differences.ts";
import { MORE_DIFFERENCES } from "./more_differences.ts";

const ORIGIN = { "1.4": "1.4", "2": "2.x", ours: "new" } as const;

/** A row of the table of differences. */
interface DifferenceRow {
  readonly original: string;
  readonly ours: string;
  readonly reason: string;
  readonly switchBack?: string;
}

/** The generated parts, by document and by the names of their markers. */
const SECTIONS: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  ".github/DIFFERENCES.md": { differences: renderDifferences },
  ".github/REFERENCE.md": { reference: renderReference, settings: renderSettings },
};

/** The documents that have generated parts, by their paths in the checkout. */
export const GENERATED_DOCUMENTS: readonly string[] = Object.keys(SECTIONS);

/**
 * Puts the generated parts of a document between their markers.
 *
 * @throws {Error} when a marker is missing
 */
export function updateDocument(document: string, text: string): string {
  for (const [name, render] of Object.entries(SECTIONS[document] ?? {})) {
    const [begin, end] = [`<!-- begin ${name} -->\n`, `<!-- end ${name} -->\n`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) {
      throw new Error(`${document} has no ${begin.trim()} ... ${end.trim()}`);
    }
    text = `${text.slice(0, from)}${begin}\n${render()}\n${text.slice(to)}`;
  }
  return text;
}

function renderDifferences(): string {
  const rows = new Map<string, DifferenceRow>(Object.entries(MORE_DIFFERENCES));
  for (const [id, row] of Object.entries(ACCEPTED)) rows.set(id, row);
  for (const row of differences) rows.set(row.id, row);
  const sorted = [...rows].sort(([a], [b]) => a < b ? -1 : 1);
  return [
    "| What | The original | Here | Why | Switch back |",
    "|---|---|---|---|---|",
    ...sorted.map(([id, row]) =>
      tableRow([id.replaceAll("-", " "), row.original, row.ours, row.reason, row.switchBack ?? ""])
    ),
  ].join("\n") + "\n";
}

function renderSettings(): string {
  return [
    "| Setting | Holds | Default | What it does | Since |",
    "|---|---|---|---|---|",
    ...SETTINGS.map((row) =>
      tableRow([
        `\`${row.key}\``,
        describeType(row.type),
        row.default,
        row.doc,
        row.origin === undefined ? "" : ORIGIN[row.origin],
      ])
    ),
  ].join("\n") + "\n";
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.map(escapeCell).join(" | ")} |`;
}

/** Code stays as it is. */
function escapeCell(cell: string): string {
  const parts = cell.replaceAll("|", "\\|").split("`");
  return parts.map((part, at) => at % 2 === 0 ? part.replaceAll("<", "&lt;") : part).join("`");
}
