/**
 * The rows of the table of flags for `report`.
 *
 * @module
 */
import { inGroup } from "./grouped.ts";

/** Flags that say what is written, and where. */
export const REPORT_FLAGS = inGroup({ group: "Report", commands: ["report"] }, [
  {
    key: "reportFile",
    long: "output",
    short: "o",
    kind: "path",
    value: "FILE",
    default: "ansible-run-IDENT.html, when no other report is asked for",
    origin: "ours",
    doc: "write one page of HTML that needs no network; - is standard output, here and below",
  },
  {
    key: "junitFile",
    long: "junit",
    kind: "path",
    value: "FILE",
    origin: "ours",
    doc: "write JUnit XML: a case for each host and task",
  },
  {
    key: "markdownFile",
    long: "markdown",
    kind: "path",
    value: "FILE",
    origin: "ours",
    doc: "write Markdown, for GITHUB_STEP_SUMMARY and the like",
  },
  {
    key: "annotations",
    long: "annotations",
    kind: "flag",
    origin: "ours",
    doc: "print a ::error command of GitHub for each failed host and task",
  },
]);
