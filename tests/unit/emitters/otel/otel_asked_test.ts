import { isOtelAsked } from "../../../../src/emitters/otel/otel_asked.ts";
import { assertEquals } from "../../../testing/assert.ts";

const BASE = "OTEL_EXPORTER_OTLP_ENDPOINT";

Deno.test("isOtelAsked asks for the four endpoints alone, and one that is empty is none", () => {
  const asked: string[] = [];
  const isAsked = (env: Record<string, string>): boolean =>
    isOtelAsked((name) => {
      asked.push(name);
      return env[name];
    });
  assertEquals(isAsked({ OTEL_SERVICE_NAME: "x", [BASE]: "" }), false);
  assertEquals(asked.length, 4);
  assertEquals(isAsked({ [BASE]: "http://h" }), true);
  assertEquals(isAsked({ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: "http://h" }), true);
});
