import { CUTOVER_NAME } from "../registry/cutover-record";
import { parseFqdn } from "../registry/fqdn";
import { KEY_FIELDS, KIND_LABELS, KINDS, type Kind } from "../registry/records";
import { parseSipAddress, type SipAddress } from "../registry/sip-address";
import { UsageError } from "./command";

/** A kind by its name, in the singular or with an `s`. */
export function kindOf(word: string): Kind {
  const kind = KINDS.find((name) => word === name || word === `${name}s`);
  if (kind === undefined)
    throw new UsageError(`'${word}' is no kind of record; the kinds are ${KINDS.join(", ")}`);
  return kind;
}

export function sipAddressOf(text: string): SipAddress {
  const parsed = parseSipAddress(text);
  if ("problem" in parsed) throw new UsageError(`'${text}' is not a SIP URI: ${parsed.problem}`);
  return parsed.value;
}

/** The key of a record in the form under which the registry keeps it. */
export function keyOperand(kind: Kind, text: string): string {
  if (KEY_FIELDS[kind] === "sipAddress") return sipAddressOf(text);
  if (kind === "cutover") {
    if (CUTOVER_NAME.test(text)) return text;
    throw new UsageError(
      `'${text}' is not the name of a ${KIND_LABELS[kind]}: it is not 1 to 63 lower-case letters, digits and hyphens`,
    );
  }
  const parsed = parseFqdn(text);
  if ("problem" in parsed)
    throw new UsageError(`'${text}' is not the name of a ${KIND_LABELS[kind]}: ${parsed.problem}`);
  return parsed.value;
}
