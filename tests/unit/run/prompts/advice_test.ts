import { adviceOn } from "../../../../src/run/prompts/advice.ts";
import type { RunConfig } from "../../../../src/config/run_config.ts";
import { Redactor } from "../../../../src/internal/redact.ts";
import { assertEquals } from "../../../testing/assert.ts";

Deno.test("adviceOn names a pattern that is nearly right, masked, and the credential", () => {
  const config = { passwords: [["Vault pasword.*:", "x"]] } as unknown as RunConfig;
  const of = (prompt: string, secrets: string[] = []): unknown =>
    adviceOn(prompt, { config, redactor: new Redactor(secrets) });
  assertEquals(of("Vault password: "), { near: "Vault pasword.*:", credential: "vault" });
  assertEquals(of("Vault password: ", ["pasword"]), {
    near: "Vault ********.*:",
    credential: "vault",
  });
  assertEquals(of("Which release? "), {});
});
