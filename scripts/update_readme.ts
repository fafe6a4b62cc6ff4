/**
 * Writes the generated parts of the documents anew: `deno task readme`.
 *
 * @module
 */
import { GENERATED_DOCUMENTS, updateDocument } from "./readme/sections.ts";

for (const document of GENERATED_DOCUMENTS) {
  const path = `${import.meta.dirname}/../${document}`;
  Deno.writeTextFileSync(path, updateDocument(document, Deno.readTextFileSync(path)));
}
