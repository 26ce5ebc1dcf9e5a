import { notFound, revisionConflict } from "../../../registry/failures";
import { lowerCase } from "../../../registry/fqdn";
import type { ChangeOf, NewRecordOf, SipDomainRecord } from "../../../registry/records";
import type { Actor, Revision, Stored } from "../../../registry/registry";
import type { Estate } from "../estate/estate";
import { digest, naturalIncarnation } from "../incarnations";
import { inOrder, type Keeper, unsupported } from "../keeper";

const KIND = "sip-domain";
const SETTING = "or set 'manageSipDomains'";

/** The SIP domains, only looked at: one that was removed with a stack would take the company's addresses with it. */
export class ObservedSipDomains implements Keeper<typeof KIND> {
  constructor(private readonly estate: Estate) {}

  async get(key: string): Promise<Stored<typeof KIND> | undefined> {
    const found = (await this.estate.domains()).find(({ domain }) => domain === key);
    return found && storedDomain(found);
  }

  async list(): Promise<Stored<typeof KIND>[]> {
    return inOrder((await this.estate.domains()).map(storedDomain));
  }

  async create({ domain, isDefault }: NewRecordOf<typeof KIND>): Promise<Stored<typeof KIND>> {
    const key = lowerCase(domain);
    const live = await this.get(key);
    if (!live)
      throw unsupported(
        "create",
        KIND,
        key,
        `there is none, and SIP domains are only observed here; make it with New-CsSipDomain -Identity ${key}, ${SETTING}`,
      );
    if (isDefault !== undefined && isDefault !== live.record.isDefault)
      throw unsupported("create", KIND, key, defaultCure(key, live.record));
    return live;
  }

  async update(
    key: string,
    { isDefault }: ChangeOf<typeof KIND>,
    expected: Revision,
    _by: Actor,
  ): Promise<Stored<typeof KIND>> {
    const live = await this.get(key);
    if (!live) throw notFound("update", KIND, key);
    if (live.revision !== expected) throw revisionConflict("update", KIND, key);
    if (isDefault === undefined || isDefault === live.record.isDefault) return live;
    throw unsupported("update", KIND, key, defaultCure(key, live.record));
  }

  async claim(key: string): Promise<never> {
    throw unsupported(
      "claim",
      KIND,
      key,
      "SIP domains are only observed here, and belong to no resource; set 'manageSipDomains' to manage them",
    );
  }

  async remove(key: string): Promise<never> {
    const cure = `SIP domains are only observed here; remove it with Remove-CsSipDomain where nobody needs it, ${SETTING}`;
    throw unsupported("remove", KIND, key, cure);
  }
}

/** What a person does about the mark of the default. */
export const OTHER_DEFAULT =
  "it is the default SIP domain, and gives the mark up only to another one; make another one the default (isDefault: true), and leave isDefault out here";

export function storedDomain(record: SipDomainRecord): Stored<typeof KIND> {
  const { domain } = record;
  return {
    kind: KIND,
    key: domain,
    record,
    revision: digest(record),
    incarnation: naturalIncarnation(domain),
  };
}

function defaultCure(key: string, { isDefault }: SipDomainRecord): string {
  if (isDefault) return OTHER_DEFAULT;
  return `it is not the default SIP domain, and that is only observed here; make it so with Set-CsSipDomain -Identity ${key} -IsDefault $true, ${SETTING}`;
}
