/**
 * Lint rules of this repository: what CONTRIBUTING.md says of parameters, arrow functions and the
 * texts of errors.
 *
 * @module
 */
import { THREE_PARAMETERS } from "./exceptions.ts";

/** Classes whose message is read by people, and where it stands among the arguments. */
const MESSAGE_AT: Readonly<Record<string, number>> = {
  RunnerError: 1,
  ConfigError: 1,
  IsolationError: 1,
  LaunchError: 1,
  UsageError: 0,
};

/** How a message may begin: what could not be done, or words that the contract or a parser has. */
const OPENINGS =
  /^(Cannot |The |Option |Unknown |Unexpected |Command |Only one of |Unable to find |Inventory not found|When using |Exception in |Event data |Run |Canceled)/;

const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: {
    "two-parameters": { create: twoParameters },
    "no-top-level-arrow": { create: noTopLevelArrow },
    "error-message": { create: errorMessage },
  },
};

export default plugin;

/** At most two positional parameters, then an object of options. */
function twoParameters(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  const path = pathInSources(context.filename);
  if (path === undefined) return {};
  const allowed: readonly string[] = THREE_PARAMETERS[path] ?? [];
  const check = (node: Deno.lint.Node, name: string, params: readonly Deno.lint.Parameter[]) => {
    if (params.length <= 2 || allowed.includes(name)) return;
    if (params.length === 3 && params[2] !== undefined && isOptions(params[2])) return;
    context.report({
      node,
      message: `"${name}" takes ${params.length} parameters`,
      hint: "Take at most two, then an object: `options`, or one that is taken apart in place",
    });
  };
  return {
    FunctionDeclaration(node) {
      check(node, node.id?.name ?? "default", node.params);
    },
    MethodDefinition(node) {
      check(node, keyName(node.key), node.value.params);
    },
  };
}

function isOptions(parameter: Deno.lint.Parameter): boolean {
  const node = parameter.type === "AssignmentPattern" ? parameter.left : parameter;
  return node.type === "ObjectPattern" || (node.type === "Identifier" && node.name === "options");
}

function keyName(key: Deno.lint.Node): string {
  if (key.type === "Identifier") return key.name;
  return key.type === "PrivateIdentifier" ? `#${key.name}` : "[computed]";
}

/** What has a name at the top of a file is a function declaration. */
function noTopLevelArrow(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  if (pathInSources(context.filename) === undefined) return {};
  return {
    Program(program) {
      for (const statement of program.body) {
        const node = statement.type === "ExportNamedDeclaration"
          ? statement.declaration
          : statement;
        if (node?.type !== "VariableDeclaration") continue;
        for (const { init } of node.declarations) {
          if (init?.type !== "ArrowFunctionExpression") continue;
          context.report({
            node: init,
            message: "An arrow function at the top of a file",
            hint: "Declare a function",
          });
        }
      }
    },
  };
}

/** A message begins with a capital, says what could not be done, and has no final period. */
function errorMessage(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  if (pathInSources(context.filename) === undefined) return {};
  const check = (node: Deno.lint.Node | null | undefined) => {
    const text = textOf(node);
    if (node === null || node === undefined || text === undefined) return;
    if (text.end.endsWith(".") && !text.end.endsWith("..")) {
      context.report({ node, message: "A message of an error ends with a period" });
    }
    if (text.start !== "" && !OPENINGS.test(text.start)) {
      context.report({
        node,
        message: "A message of an error does not begin as it should",
        hint: "Say `Cannot do X: what is wrong`",
      });
    }
  };
  return {
    NewExpression(node) {
      if (node.callee.type !== "Identifier") return;
      const at = MESSAGE_AT[node.callee.name];
      if (at !== undefined) check(node.arguments[at]);
    },
    VariableDeclarator(node) {
      if (node.id.type === "Identifier" && node.id.name === "message") check(node.init);
    },
  };
}

/** What a text begins and ends with; empty where a value stands. */
function textOf(
  node: Deno.lint.Node | null | undefined,
): { start: string; end: string } | undefined {
  if (node?.type === "Literal" && typeof node.value === "string") {
    return { start: node.value, end: node.value };
  }
  if (node?.type === "TemplateLiteral") {
    return { start: node.quasis[0]?.cooked ?? "", end: node.quasis.at(-1)?.cooked ?? "" };
  }
  if (node?.type === "BinaryExpression" && node.operator === "+") {
    return { start: textOf(node.left)?.start ?? "", end: textOf(node.right)?.end ?? "" };
  }
  return undefined;
}

/** Path below the root of the repository, of sources only. */
function pathInSources(filename: string): string | undefined {
  return /(?:^|\/)((?:src\/.*|mod|cli)\.ts)$/.exec(filename)?.[1];
}
