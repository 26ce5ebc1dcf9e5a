import type { SipUserRecord } from "../../../registry/records";
import type { Stored } from "../../../registry/registry";
import type { Estate } from "../estate/estate";
import type { SipUser } from "../estate/sip-users";
import { digest, naturalIncarnation } from "../incarnations";
import { inOrder, type Keeper, unsupported } from "../keeper";

const KIND = "sip-user";
const CURE = "SIP users are only looked at here; change them with the cmdlets for users, such as Set-CsUser";

/** The users of the directory, of whom this package changes none. */
export class SipUserKeeper implements Keeper<typeof KIND> {
  constructor(private readonly estate: Estate) {}

  async get(key: string): Promise<Stored<typeof KIND> | undefined> {
    if (!key.startsWith("sip:")) return undefined;
    const user = await this.estate.users.holderOf(key);
    return user && storedUser(user);
  }

  async list(): Promise<Stored<typeof KIND>[]> {
    return inOrder((await this.estate.users.all()).map(storedUser));
  }

  async create({ sipAddress }: SipUserRecord): Promise<never> {
    throw unsupported("create", KIND, sipAddress, CURE);
  }

  async update(key: string): Promise<never> {
    throw unsupported("update", KIND, key, CURE);
  }

  async claim(key: string): Promise<never> {
    throw unsupported("claim", KIND, key, CURE);
  }

  async remove(key: string): Promise<never> {
    throw unsupported("remove", KIND, key, CURE);
  }
}

function storedUser({ dn, sipAddress, displayName }: SipUser): Stored<typeof KIND> {
  const record = { sipAddress, ...(displayName !== undefined && { displayName }) };
  return {
    kind: KIND,
    key: sipAddress,
    record,
    revision: digest([dn, record]),
    incarnation: naturalIncarnation(dn),
  };
}
