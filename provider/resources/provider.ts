import * as pulumi from "@pulumi/pulumi";

/** The arguments of a `Provider`. */
export interface ProviderArgs {
  /**
   * The registry, as `sqlite:<path>`, `postgresql://<user>@<host>/<database>` or `shell:<command>`; a relative path counts from
   * the folder of Pulumi.yaml. Wrap it in `pulumi.secret` when it holds a password. `PERSISTENTCHAT_REGISTRY` does not stand in for it, since
   * it could only mean one of several.
   */
  registry: pulumi.Input<string>;
  /**
   * The password of a PostgreSQL user whose URL has none; kept as a secret, plain or not. Default: that of PGPASSWORD, else
   * of the password file (https://www.postgresql.org/docs/18/libpq-pgpass.html).
   */
  registryPassword?: pulumi.Input<string>;
  /**
   * What seals the files of snapshots of a cutover in this registry, kept as a secret, plain or not; the stack's own
   * `persistentchat:snapshotPassphrase` does not reach an explicit provider. Needed by a cutover alone.
   */
  snapshotPassphrase?: pulumi.Input<string>;
}

/**
 * An explicit provider: a registry of its own for the resources that name it, beside the stack's, which comes from the
 * configuration `persistentchat:registry`.
 *
 * @example
 * ```ts
 * const lab = new Provider("lab", { registry: "sqlite:.persistentchat/lab.db" });
 * new SipDomain("lab-contoso", { domain: "contoso.com" }, { provider: lab });
 * ```
 */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs, opts?: pulumi.ResourceOptions) {
    const secret = (text: pulumi.Input<string> | undefined) =>
      text === undefined ? undefined : pulumi.secret(text);
    // The host hands configuration out by full key only, and to an explicit provider nothing of the stack's.
    super(
      "pulumi-nodejs",
      name,
      {
        "persistentchat:registry": args.registry,
        "persistentchat:registryPassword": secret(args.registryPassword),
        "persistentchat:snapshotPassphrase": secret(args.snapshotPassphrase),
        "persistentchat:clock": new pulumi.Config("persistentchat").get("clock"),
        "persistentchat:explicit": "true",
      },
      opts,
    );
  }
}
