/**
 * A headless Chromium for the tests of pages, by its debugging protocol.
 *
 * @module
 */
import { assert } from "./assert.ts";
import { pause } from "./library_dir.ts";

const CHROMIUM = "/usr/bin/chromium";

/** Says why there is no browser, or undefined when there is one. */
export function missingChromium(): string | undefined {
  try {
    Deno.statSync(CHROMIUM);
    return undefined;
  } catch {
    return "chromium is not installed (apt-get install chromium)";
  }
}

/** A headless Chromium, driven through its debugging protocol. */
export class Browser implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (answer: unknown) => void>();
  #lastId = 0;

  private constructor(child: Deno.ChildProcess, socket: WebSocket) {
    this.#child = child;
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      this.#answers.get(message.id)?.(message.result);
      this.#answers.delete(message.id);
    };
  }

  /** Starts it, with its profile in a directory. */
  static async open(dir: string): Promise<Browser> {
    const profile = `${dir}/chromium`;
    const child = new Deno.Command(CHROMIUM, {
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        `--user-data-dir=${profile}`,
        "--remote-debugging-port=0",
        "about:blank",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const port = await retry(() => Deno.readTextFileSync(`${profile}/DevToolsActivePort`));
    const pages = await (await fetch(`http://127.0.0.1:${port.split("\n")[0]}/json/list`)).json();
    const socket = new WebSocket(pages[0].webSocketDebuggerUrl);
    await new Promise((resolve) => socket.onopen = resolve);
    return new Browser(child, socket);
  }

  /** Opens a page. */
  async goTo(url: string): Promise<void> {
    await this.#send("Page.navigate", { url });
  }

  /** Shows pages at a size, light or dark. */
  async look(width: number, height: number, { isDark = false } = {}): Promise<void> {
    const size = { width, height, deviceScaleFactor: 1, mobile: width < 500 };
    await this.#send("Emulation.setDeviceMetricsOverride", size);
    const value = isDark ? "dark" : "light";
    const features = [{ name: "prefers-color-scheme", value }];
    await this.#send("Emulation.setEmulatedMedia", { features });
  }

  /** Keeps what is seen now as a PNG file. */
  async screenshot(path: string): Promise<void> {
    const { data } = await this.#send("Page.captureScreenshot", {}) as { data: string };
    await Deno.writeFile(path, Uint8Array.fromBase64(data));
  }

  /** Computes an expression in the page. */
  async evaluate(expression: string): Promise<unknown> {
    const answer = await this.#send("Runtime.evaluate", { expression });
    return (answer as { result?: { value?: unknown } }).result?.value;
  }

  /** Waits until an expression is true in the page. */
  async until(expression: string): Promise<void> {
    const deadline = performance.now() + 30_000;
    while (await this.evaluate(expression) !== true) {
      assert(performance.now() < deadline, `not within 30 s: ${expression}`);
      await pause(50);
    }
  }

  #send(method: string, params: Record<string, unknown>): Promise<unknown> {
    const id = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#answers.set(id, resolve);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return promise;
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.onclose = resolve);
    await this.#send("Browser.close", {}).catch(() => {});
    await closed;
    await this.#child.status;
  }
}

/** Asks again until there is an answer. */
async function retry(ask: () => string): Promise<string> {
  const deadline = performance.now() + 30_000;
  while (true) {
    try {
      const answer = ask();
      if (answer.includes("\n")) return answer;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await pause(50);
  }
}
