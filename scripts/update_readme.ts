/**
 * Writes what is generated anew, parts of documents and the types of settings: `deno task readme`.
 *
 * @module
 */
import { GENERATED_DOCUMENTS, updateDocument } from "./readme/sections.ts";
import { renderDeclarations } from "./readme/settings_declarations.ts";

for (const { path, text } of renderDeclarations()) {
  Deno.writeTextFileSync(`${import.meta.dirname}/../${path}`, text);
}
for (const document of GENERATED_DOCUMENTS) {
  const path = `${import.meta.dirname}/../${document}`;
  Deno.writeTextFileSync(path, updateDocument(document, Deno.readTextFileSync(path)));
}
