/**
 * Credentials for a container registry: in env/settings, as an option, and decided.
 *
 * @module
 */
// deno-lint-ignore-file camelcase -- the names of env/settings are a contract

/** Credentials for a container registry, as env/settings has them. */
export interface RegistryLogin {
  /** Host name of the registry. */
  readonly host?: string | undefined;
  /** User name. */
  readonly username?: string | undefined;
  /** Password or token. */
  readonly password?: string | undefined;
  /** Whether the registry's certificate is checked. @default {true} */
  readonly verify_ssl?: boolean | undefined;
}

/** Credentials for a container registry. */
export interface ContainerAuthData {
  /** Host name of the registry. */
  readonly host: string;
  /** User name. */
  readonly username: string;
  /** Password or token. */
  readonly password: string;
  /** Whether the registry's certificate is checked. @default {true} */
  readonly verifySsl?: boolean | undefined;
}

/** Credentials for a container registry, decided. */
export interface DecidedLogin extends ContainerAuthData {
  /** Whether the registry's certificate is checked. */
  readonly verifySsl: boolean;
}
