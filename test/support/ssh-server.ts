import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type Connection, Server, type ServerChannel, utils } from "ssh2";

const USER = "anna";
const PASSWORD = "a password of the test";

/** An SSH server on this machine that lets one user run commands by `sh -c`, as another host does. */
export class SshServer {
  readonly #key = utils.generateKeyPairSync("ed25519");
  readonly #connections = new Set<Connection>();
  readonly #server: Server;
  /** Every command that was run. */
  readonly commands: string[] = [];

  private constructor(folder: string) {
    this.#server = new Server({ hostKeys: [this.#key.private] }, (connection) => {
      this.#connections.add(connection);
      connection.on("error", () => {}); // its end tells
      connection.on("close", () => this.#connections.delete(connection));
      connection.on("authentication", (attempt) => {
        const isUser = attempt.method === "password" && attempt.username === USER;
        if (isUser && attempt.password === PASSWORD) attempt.accept();
        else attempt.reject(["password"]);
      });
      connection.on("session", (accept) =>
        accept().on("exec", (acceptExec, _reject, { command }) => {
          this.commands.push(command);
          serve(acceptExec(), spawn("sh", ["-c", command], { cwd: folder, detached: true }));
        }),
      );
    });
  }

  /** `folder` is where the commands run. */
  static async start(folder: string): Promise<SshServer> {
    const started = new SshServer(folder);
    started.#server.listen(0, "127.0.0.1");
    await once(started.#server, "listening");
    return started;
  }

  /** How it is reached; with another key than the server's, if one is given. */
  connection(hostKey = this.#key.public) {
    const { port } = this.#server.address() as AddressInfo;
    return {
      host: "127.0.0.1",
      port,
      user: USER,
      password: PASSWORD,
      hostKey: hostKey.split(" ").slice(0, 2).join(" "),
      dialErrorLimit: 1,
    };
  }

  /** The key of some other server. */
  static otherKey(): string {
    return utils.generateKeyPairSync("ed25519").public;
  }

  /** Drops all sessions, as a network that fails. */
  drop(): void {
    for (const connection of this.#connections) connection.end();
  }

  stop(): void {
    this.drop();
    this.#server.close();
  }
}

/** As sshd does without a terminal: of a session that is gone, the command only has its streams closed. */
function serve(channel: ServerChannel, child: ChildProcess): void {
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout || !stderr) throw new Error("the command has no streams");
  stdin.on("error", () => {}); // it reads no more
  channel.pipe(stdin);
  stdout.pipe(channel, { end: false });
  stderr.pipe(channel.stderr, { end: false });
  child.on("close", (code) => {
    if (!channel.writable) return;
    channel.exit(code ?? 255);
    channel.end();
  });
  channel.on("close", () => {
    for (const stream of [stdin, stdout, stderr]) stream.destroy();
  });
}
