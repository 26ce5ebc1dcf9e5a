/**
 * What must not reach programs that nobody has reviewed yet: what belongs to the live registry and to the user's engine, and
 * whatever has the name of a secret.
 */
const WITHHELD = [
  /^(PERSISTENTCHAT_|PG|PULUMI_)/i,
  /^(AWS|AZURE|ARM|GOOGLE|GCP|CLOUDSDK|VAULT|OP|ACTIONS)_/i,
  /(TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|AUTH|APIKEY|ACCESS_?KEY|PRIVATE_?KEY|_KEY)(S|_|$)/i,
  /^(HTTPS?|ALL|FTP)_PROXY$/i, // may hold a password
  /^(OLD)?PWD$/, // a name of the folder that is not its real path would make paths differ
];

/** The user's wish that an engine gets no plugin by itself is no secret, and stays. */
const KEPT = "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION";

/** The environment for programs that nobody has reviewed yet. */
export function bareEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isWithheld = (name: string) => name !== KEPT && WITHHELD.some((pattern) => pattern.test(name));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isWithheld(name)));
}
