/**
 * Writes what is generated anew, parts of documents and the types of settings: `deno task readme`.
 *
 * @module
 */
import { GENERATED_DOCUMENTS, updateDocument } from "./readme/sections.ts";
import { DECLARATIONS_PATH, renderDeclarations } from "./readme/settings_declarations.ts";

Deno.writeTextFileSync(`${import.meta.dirname}/../${DECLARATIONS_PATH}`, renderDeclarations());
for (const document of GENERATED_DOCUMENTS) {
  const path = `${import.meta.dirname}/../${document}`;
  Deno.writeTextFileSync(path, updateDocument(document, Deno.readTextFileSync(path)));
}
