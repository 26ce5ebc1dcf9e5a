export const HELP = `Reads the registry that knows which SIP URI leads to which Persistent Chat pool, and sets one up.

Usage: persistentchat <command> [options]

Commands:
  resolve <sip uri>      what a legacy client that calls the address gets
  resolutions            the same for every legacy endpoint: SIP URI, pool, servers
  list [kind]            the records of a kind, or of all
  history <kind> <key>   who changed a record, when, from what to what
  migrate                makes the registry, or brings it to the schema of this version
  copy --from <registry> --to <registry>
                         everything of one registry into another, empty one, all or nothing
  doctor                 what a registry that is a management shell needs, what of it is there, and how to get the
                         rest; changes nothing
  shell-script           prints the script that runs in the management shell; needs no registry
  simulate-shell <world.json>
                         stands for a management shell, over stdin and stdout, with the world of a file;
                         --init contoso writes such a file and ends

Kinds: sip-domain, pool, endpoint, sip-user; an 's' at the end is taken, too.

Options:
  --registry <setting>   the registry, as sqlite:<path>, postgresql://<user>@<host>/<database> or shell:<command>
  -s, --stack <name>     the registry that the configuration of this stack names; needs the Pulumi
                         engine, and the stack's passphrase where the setting is a secret
  --self-test            of doctor: whether every text and number comes through to that shell and back
  --bundle <file>        of doctor: writes what was found without any name of yours, to send to the makers of this tool
  --json                 for programs: resolve prints a resolution or null, migrate, copy, doctor and shell-script an
                         object, the others print lists
  --latency, --start, --import <ms>
                         of simulate-shell: how long a call, the start and the import of the module take
  -h, --help             print this
  --version              print the version

Without --registry, the environment variable PERSISTENTCHAT_REGISTRY names the registry; it goes
before the stack. A relative path counts from the folder of Pulumi.yaml. A password that is not in
the setting is that of PGPASSWORD, or of the file that PGPASSFILE names.

Exit codes: 0, 1 (the registry, or of doctor the shell, does not have it), 2 (the command line makes no sense),
3 (the registry, or what leads to it, cannot be had).
`;
