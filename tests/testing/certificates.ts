/**
 * Certificates of an authority of their own, made by openssl.
 *
 * @module
 */
import { runProgram } from "./run_cli.ts";

/** What a certificate is like. */
export interface CertificateOptions {
  /** Such as `IP:127.0.0.1` or `DNS:other.example`. */
  readonly san: string;
  /** Whether it has expired. @default {false} */
  readonly expired?: boolean;
}

/** Paths of a certificate and its key. */
export interface CertificatePaths {
  readonly cert: string;
  readonly key: string;
}

/** An authority with a certificate of its own, `ca.crt`. */
export class TestAuthority {
  readonly #dir: string;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** Makes the authority in a directory. */
  static async in(dir: string): Promise<TestAuthority> {
    const authority = new TestAuthority(dir);
    Deno.writeTextFileSync(
      `${dir}/ca.cnf`,
      `[ca]\ndefault_ca=x\n[x]\ndatabase=${dir}/index\nserial=${dir}/serial\nnew_certs_dir=${dir}\n` +
        "default_md=sha256\npolicy=p\nrand_serial=yes\ncopy_extensions=copy\nunique_subject=no\n" +
        "[p]\ncommonName=supplied\n",
    );
    Deno.writeTextFileSync(`${dir}/index`, "");
    await authority.selfSigned("ca", { san: "DNS:ca" });
    return authority;
  }

  /** Path of its certificate. */
  get caFile(): string {
    return `${this.#dir}/ca.crt`;
  }

  /** Makes a certificate that nobody but itself vouches for. */
  async selfSigned(name: string, { san }: CertificateOptions): Promise<CertificatePaths> {
    const { cert, key } = this.#paths(name);
    const words = ["-x509", "-days", "30", "-out", cert, "-keyout", key];
    await this.#openssl([...REQUEST, ...words, "-addext", `subjectAltName=${san}`]);
    return { cert, key };
  }

  /** Makes a certificate that the authority vouches for. */
  async sign(
    name: string,
    { san, expired = false }: CertificateOptions,
  ): Promise<CertificatePaths> {
    const { cert, key } = this.#paths(name);
    const request = `${this.#dir}/${name}.csr`;
    const words = ["-out", request, "-keyout", key];
    await this.#openssl([...REQUEST, ...words, "-addext", `subjectAltName=${san}`]);
    const end = expired ? "20200201000000Z" : "20491231000000Z";
    const dates = ["-startdate", "20200101000000Z", "-enddate", end];
    const ca = ["-cert", this.caFile, "-keyfile", `${this.#dir}/ca.key`];
    const config = ["-config", `${this.#dir}/ca.cnf`, "-batch", "-notext"];
    await this.#openssl(["ca", ...config, ...ca, ...dates, "-in", request, "-out", cert]);
    return { cert, key };
  }

  #paths(name: string): CertificatePaths {
    return { cert: `${this.#dir}/${name}.crt`, key: `${this.#dir}/${name}.key` };
  }

  async #openssl(words: readonly string[]): Promise<void> {
    const { code, stderr } = await runProgram(["openssl", ...words]);
    if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  }
}

const REQUEST = [
  "req",
  "-newkey",
  "ec",
  "-pkeyopt",
  "ec_paramgen_curve:prime256v1",
  "-nodes",
  "-subj",
  "/CN=test",
];
