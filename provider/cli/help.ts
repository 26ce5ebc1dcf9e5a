export const HELP = `Reads the registry that knows which SIP URI leads to which Persistent Chat pool, sets one up, and says of stacks what
they would change, what changed without them, and what they do not know.

Usage: persistentchat <command> [options]

Of a registry:
  resolve <sip uri>      what a legacy client that calls the address gets
  resolutions            the same for every legacy endpoint: SIP URI, pool, servers
  list [kind]            the records of a kind, or of all
  history <kind> <key>   who changed a record, when, from what to what
  user add <sip uri>     describes a user in a registry that is a directory of its own, an SQL one
  user restore <file>    gives the user of a sealed snapshot the address and all else back, without engine and state:
                         persistentchat user restore cutover/snapshots/<address>.json -s prod
  migrate                makes the registry, or brings it to the schema of this version
  copy --from <registry> --to <registry>
                         everything of one registry into another, empty one, all or nothing
  doctor                 what a registry that is a management shell needs, what of it is there, and how to get the
                         rest; changes nothing

Of a stack, with the Pulumi engine, in the folder of the project:
  comment                what a preview would do, in Markdown for a pull request: a table in words of the domain, what to
                         mind, a picture, and the engine's own differences
  diff --base <commit>   the same of what the working folder differs in from a commit, without secrets, passphrase and
                         registry: for pull requests from forks
  preview --save <file>  a preview, and the plan of it in a file
  up --plan <file>       applies what that preview showed, and nothing else; refuses where anything moved since
  drift                  what the registry has otherwise than the stack, field by field, with who changed it and when
  unmanaged              what the registry holds that no stack of the project declares, and what stacks declare that it lost
  compare <stack> <stack>
                         two stacks side by side, as declared and as recorded
  adopt                  takes what nobody manages into the stack: claims it, and writes a program and a file for
                         'pulumi import'; without --yes it only says so
  recover                what a run that was killed left behind, and what is to be done

Of a cutover:
  cutover status <name>  how a cutover stands, on one page: persistentchat cutover status contoso -s prod --follow
  cutover plan [name]    what is going to be done, and the way back of each step; without a name those of any cutover:
                         persistentchat cutover plan contoso -s prod --mermaid
  cutover journal <name> all that happened in a cutover: persistentchat cutover journal contoso -s prod
  cutover rehearse <name> --user <sip uri>
                         takes a throw-away user through the handover and back, and measures both:
                         persistentchat cutover rehearse contoso -s prod --user sip:ocschat-test@contoso.com
  cutover step <before|do|undo|keep>
                         what the command steps of a GroupChatCutover run; not for people

Of a management shell:
  shell-script           prints the script that runs in the management shell; needs no registry
  simulate-shell <world.json>
                         stands for a management shell, over stdin and stdout, with the world of a file;
                         --init contoso, or contoso-cutover, writes such a file and ends

Examples:
  persistentchat resolve sip:ocschat@contoso.com -s prod
  persistentchat history endpoint sip:ocschat@contoso.com -s prod
  persistentchat comment -s prod --output comment.md
  pulumi preview --json --show-sames -s prod | persistentchat comment --preview -
  persistentchat diff --base main -s prod
  persistentchat preview -s prod --save plan.json
  persistentchat up -s prod --plan plan.json
  persistentchat drift -s prod --markdown
  persistentchat unmanaged -s prod
  persistentchat compare staging prod --map staging.contoso.com=contoso.com
  persistentchat adopt -s prod --only '*@contoso.com'
  persistentchat recover -s prod --yes

Kinds: sip-domain, pool, endpoint, sip-user, cutover; an 's' at the end is taken, too.
Neither list nor history shows the token of a cutover's lease or the attributes of a user.

Options:
  --registry <setting>   the registry, as sqlite:<path>, postgresql://<user>@<host>/<database> or shell:<command>
  -s, --stack <name>     the stack, or the registry that its configuration names; needs the Pulumi
                         engine, and the stack's passphrase where the setting is a secret
  --preview <file>       of comment: what 'pulumi preview --json --show-sames' printed, or - for standard input
  --output <file>        of comment and diff: writes the comment there, and beside it the whole where it had to be cut;
                         of adopt: the folder to make, default adopted
  --link <folder>        of diff: a folder that git ignores and that the commit's program needs too, such as build
  --markdown             of drift and compare: for an issue
  --map <one>=<other>    of compare: which domain of the first stack is which of the second; may be repeated
  --as <view>            of compare: declared or recorded alone
  --only <pattern>       of adopt: keys, where * stands for anything; may be repeated
  -y, --yes              of adopt and recover: does it; without it they only say what they would do
  --display-name <text>  of user add: the name that people see
  --attributes <file>    of user add: a JSON object, by name, of all else that a directory keeps of the user
  --user <sip uri>       of cutover rehearse: a user whom nobody needs; where there is none, an SQL registry makes and removes one
  --follow               of cutover status: until Ctrl-C, each second on a terminal, else for each change
  --mermaid              of cutover plan: a flowchart
  --self-test            of doctor: whether every text and number comes through to that shell and back
  --bundle <file>        of doctor: writes what was found without any name of yours, to send to the makers of this tool
  --json                 for programs: resolve prints a resolution or null, resolutions, list, history and cutover journal a
                         list, all others an object
  --latency, --start, --import <ms>
                         of simulate-shell: how long a call, the start and the import of the module take
  -h, --help             print this
  --version              print the version

Without --registry, the environment variable PERSISTENTCHAT_REGISTRY names the registry; it goes
before the stack. A relative path counts from the folder of Pulumi.yaml. A password that is not in
the setting is that of PGPASSWORD, or of the file that PGPASSFILE names. The passphrase of a snapshot
is that of PERSISTENTCHAT_SNAPSHOT_PASSPHRASE.

Exit codes: 0, 1 (the registry, or of doctor the shell, does not have it), 2 (the command line makes no sense),
3 (the registry, or what leads to it, cannot be had). Of a stack 1 is: a program failed; it is refused; something is unmanaged, different or left
to do. unmanaged has 3 also where it found nothing and could not look at a stack or provider. drift has 0 (none), 7 (drift) and 1 (it could
not be read).
`;
